"""pytest plugin for oss2's own tests: a key management service inside the test process.

Some tests pick a plain, an RSA or a KMS bucket at random, and need one. The plugin changes no test.
It does not simulate invalid keys and regions."""

import base64
import json
import os

from aliyunsdkcore import client
from aliyunsdkcore.acs_exception.exceptions import ServerException


def seal(plaintext, context):
    return base64.b64encode(json.dumps([plaintext, context]).encode()).decode()


def answer(self, request):
    parameters = {**request.get_query_params(), **(request.get_body_params() or {})}
    context = parameters.get("EncryptionContext") or ""
    action = request.get_action_name()
    if action == "Decrypt":
        try:
            plaintext, made_with = json.loads(base64.b64decode(parameters["CiphertextBlob"]))
        except ValueError:
            raise ServerException("Forbidden.KeyNotFound", "not sealed by this KMS", 400, "local")
        if made_with != context:
            raise ServerException("InvalidCiphertext", "sealed with another context", 400, "local")
        return json.dumps({"Plaintext": plaintext, "KeyId": "local"})
    plaintext = parameters.get("Plaintext") or base64.b64encode(os.urandom(32)).decode()
    sealed = seal(plaintext, context)
    return json.dumps({"Plaintext": plaintext, "CiphertextBlob": sealed, "KeyId": "local"})


client.AcsClient.do_action_with_exception = answer
