"""A repository of DVC keeps its data in the store: pushed, pulled, compared, and what is unused is removed."""
import os
import shutil
import subprocess
import sys

from checks import check

bucket, endpoint = os.environ["OSS_BUCKET"], os.environ["OSS_ENDPOINT"]
program = os.path.join(os.path.dirname(sys.executable), "dvc")
repository = os.path.abspath("repository")


def dvc(*args, folder=repository):
    ran = subprocess.run([program, *args], cwd=folder, capture_output=True, text=True)
    if ran.returncode != 0:
        sys.stderr.write(ran.stdout + ran.stderr)
    return ran.stdout + ran.stderr if ran.returncode == 0 else f"exit code {ran.returncode}"


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def read(path):
    with open(path, "rb") as file:
        return file.read()


os.makedirs(repository)
dvc("init", "--no-scm")
dvc("config", "core.analytics", "false")
dvc("remote", "add", "-d", "store", f"oss://{bucket}/data")
dvc("remote", "modify", "store", "oss_endpoint", endpoint)
small, large, odd = b"one\n", os.urandom(12 * 2**20), "grüße\n".encode()
write(f"{repository}/large.bin", large)
write(f"{repository}/folder/small", small)
write(f"{repository}/folder/sub/b ü+%.txt", odd)
dvc("add", "large.bin", "folder")
check("push", True, "4 files pushed" in dvc("push"))
check("status of what was pushed", True, "in sync" in dvc("status", "--cloud"))

shutil.rmtree(f"{repository}/.dvc/cache")
os.remove(f"{repository}/large.bin")
shutil.rmtree(f"{repository}/folder")
dvc("pull")
check("pull of 12 MiB", True, read(f"{repository}/large.bin") == large)
check("pull of a folder", [small, odd], [read(f"{repository}/folder/{name}") for name in ("small", "sub/b ü+%.txt")])

write(f"{repository}/large.bin", large[:1000])
dvc("add", "large.bin")
check("push of another version", True, "1 file pushed" in dvc("push"))
dvc("gc", "--workspace", "--cloud", "--force")
shutil.rmtree(f"{repository}/.dvc/cache")
os.remove(f"{repository}/large.bin")
dvc("pull")
check("pull after gc", True, read(f"{repository}/large.bin") == large[:1000])
