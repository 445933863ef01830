"""Django's admin for the staff: signs them in by user_service, shows everything, and acts through operations only."""
