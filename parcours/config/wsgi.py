import os
from threading import Thread

from django.apps import apps
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parcours.config.settings")
application = get_wsgi_application()

if apps.is_installed("parcours.directory"):
    from parcours.directory.finding.understanding import teacher

    # The search's words are learned before the first reader asks: a second of work.
    Thread(target=teacher, daemon=True).start()
