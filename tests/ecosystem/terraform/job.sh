#!/usr/bin/env bash
# `job.sh TERRAFORM` keeps Terraform's state in a bucket: it applies and changes a configuration,
# uses workspaces, moves the state to a file and back, and destroys the resources.
set -euo pipefail
terraform=$1
export ALICLOUD_ACCESS_KEY=$OSS_ACCESS_KEY_ID ALICLOUD_SECRET_KEY=$OSS_ACCESS_KEY_SECRET
unset TF_CLI_CONFIG_FILE # the caller's environment may set it
export CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1 TF_INPUT=0 TF_CLI_ARGS=-no-color
check() { # what, expected, seen
  if [ "$2" = "$3" ]; then echo "ok $1"; else echo "FAIL $1: $3"; fi
}
init() {
  "$terraform" init -backend-config="endpoint=$OSS_ENDPOINT" -backend-config="bucket=$OSS_BUCKET" \
    -backend-config="key=terraform.tfstate" -backend-config="encrypt=true" "$@" >/dev/null
}

init
"$terraform" apply -auto-approve >/dev/null
check "apply" first "$("$terraform" output -raw text)"
check "state" terraform_data.kept "$("$terraform" state list)"
"$terraform" apply -auto-approve -var text="second & <third>" >/dev/null
check "apply again" "second & <third>" "$("$terraform" output -raw text)"
check "plan without a change" 0 "$("$terraform" plan -detailed-exitcode -var text="second & <third>" >/dev/null; echo $?)"
"$terraform" workspace new staging >/dev/null
check "new workspace" "" "$("$terraform" state list)"
"$terraform" workspace select default >/dev/null
check "workspaces" "default staging" "$("$terraform" workspace list | tr -d '* \n' | sed 's/default/default /')"
"$terraform" workspace delete staging >/dev/null
sed -i '/backend "oss"/d' main.tf
"$terraform" init -migrate-state -force-copy >/dev/null
check "state in a file" "second & <third>" "$("$terraform" output -raw text)"
sed -i 's/^terraform {/terraform {\n  backend "oss" {}/' main.tf
init -migrate-state -force-copy
check "state in the bucket again" "second & <third>" "$("$terraform" output -raw text)"
"$terraform" destroy -auto-approve >/dev/null
check "destroy" "" "$("$terraform" state list)"
