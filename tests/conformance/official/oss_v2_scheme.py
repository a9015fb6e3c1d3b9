"""pytest plugin for alibabacloud-oss-v2's own tests: what their environment variables cannot say. Touches no test.
OSS_DISABLE_SSL=1 makes hosts without a scheme http, OSS_TEST_SIGNATURE_VERSION names the signature where a test does not."""

import os

import alibabacloud_oss_v2 as oss

load = oss.config.load_default


def load_default():
    config = load()
    if os.environ.get("OSS_DISABLE_SSL"):
        config.disable_ssl = True
    config.signature_version = os.environ.get("OSS_TEST_SIGNATURE_VERSION") or config.signature_version
    return config


oss.config.load_default = load_default
