"""The app inbox."""
