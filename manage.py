#!/usr/bin/env python3
"""Django's command line, with Parcours' settings; `./run` calls it in the environment that it set up."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parcours.config.settings")
    execute_from_command_line(sys.argv)
