"""pytest plugin for alibabacloud-oss-v2's own tests: two settings that the tests cannot make.

It changes no test. With OSS_DISABLE_SSL=1, hosts without a scheme use http.
OSS_TEST_SIGNATURE_VERSION is the signature version of the tests that set none."""

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
