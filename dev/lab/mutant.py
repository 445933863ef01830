"""`python -m dev.lab.mutant NAME command…`, in a service's folder: `manage.py command…` with a bug planted in it."""

import sys

import django
from django.core.management import execute_from_command_line

from dev.lab.mutants import MUTANTS

if __name__ == "__main__":
    django.setup()
    MUTANTS[sys.argv[1]].plant()
    execute_from_command_line(["manage.py", *sys.argv[2:]])
