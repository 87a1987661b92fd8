import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parcours.config.settings")
application = get_wsgi_application()

from parcours.directory.finding.understanding import teacher  # noqa: E402 (needs the application)

# The search's words are learned before the first reader asks: a second of work.
Thread(target=teacher, daemon=True).start()
