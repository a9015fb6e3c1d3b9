"""Keeps Django's media and static files in a bucket: saves, opens, links and deletes them."""
import os
import tempfile
import urllib.request

import django
from checks import check
from django.conf import settings

assets = tempfile.mkdtemp()
with open(os.path.join(assets, "site ü.css"), "w") as file:
    file.write("body { color: red }")
settings.configure(
    SECRET_KEY="none",
    OSS_ACCESS_KEY_ID=os.environ["OSS_ACCESS_KEY_ID"],
    OSS_ACCESS_KEY_SECRET=os.environ["OSS_ACCESS_KEY_SECRET"],
    OSS_BUCKET_NAME=os.environ["OSS_BUCKET"],
    OSS_ENDPOINT=os.environ["OSS_ENDPOINT"],
    DEFAULT_FILE_STORAGE="django_oss_storage.backends.OssMediaStorage",
    STATICFILES_STORAGE="django_oss_storage.backends.OssStaticStorage",
    MEDIA_URL="/media/",
    STATIC_URL="/static/",
    STATICFILES_DIRS=[assets],
    INSTALLED_APPS=["django.contrib.staticfiles", "django_oss_storage"],
    USE_TZ=True,
)
django.setup()

from django.core.files.base import ContentFile  # noqa: E402
from django.core.files.storage import default_storage as storage  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.templatetags.static import static  # noqa: E402

large = os.urandom(11 * 2**20)
name = storage.save("x/odd ü.txt", ContentFile(b"one"))
check("save and open", b"one", storage.open(name).read())
check("size", 3, storage.size(name))
check("exists", (True, False), (storage.exists(name), storage.exists("x/none")))
check("save under a used name", False, storage.save("x/odd ü.txt", ContentFile(b"two")) == name)
check("11 MiB", large, storage.open(storage.save("x/large", ContentFile(large))).read())
check("URL", b"one", urllib.request.urlopen(storage.url(name)).read())
storage.delete(name)
check("delete", False, storage.exists(name))
call_command("collectstatic", interactive=False, verbosity=0)
answer = urllib.request.urlopen(static("site ü.css"))
check("collectstatic", b"body { color: red }", answer.read())
check("type of a static file", "text/css", answer.headers["content-type"])
