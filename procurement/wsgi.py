"""The WSGI entry point: `gunicorn procurement.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

from procurement.people.served import served

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procurement.settings")
application = get_wsgi_application()
served.set()  # whoever waits for a link gets it at once; `send_messages` sends what could not leave
