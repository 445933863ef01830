"""Pages that a person looks at, beside the routes of the contracts."""
