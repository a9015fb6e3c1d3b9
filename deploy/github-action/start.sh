#!/usr/bin/env bash
# Installs Ossicle, starts a store in the background, waits until it serves, and exports
# OSS_ENDPOINT, OSS_REGION and an access key to the steps that follow.
set -euo pipefail
folder=$(mktemp -d "${RUNNER_TEMP:-/tmp}/ossicle-XXXXXX")
case "$OSSICLE_VERSION" in
  */*) package=$OSSICLE_VERSION ;; # a packed one
  *) package=ossicle@$OSSICLE_VERSION ;;
esac
npm install --prefix "$folder" --no-save --no-fund --no-audit --loglevel=error "$package"
export OSS_ACCESS_KEY_ID=ossicle-ci
OSS_ACCESS_KEY_SECRET=$(head -c 24 /dev/urandom | base64 | tr -dc 'A-Za-z0-9')
export OSS_ACCESS_KEY_SECRET
echo "::add-mask::$OSS_ACCESS_KEY_SECRET"
endpoint=http://127.0.0.1:$OSSICLE_PORT
nohup "$folder/node_modules/.bin/ossicle" serve --data "$folder/data" --port "$OSSICLE_PORT" \
  --workers 1 > "$folder/log" 2>&1 &
server=$!
for _ in $(seq 1 150); do
  if curl --silent --fail --output /dev/null "$endpoint/_ossicle/health"; then
    {
      echo "OSS_ENDPOINT=$endpoint"
      echo "OSS_REGION=cn-hangzhou"
      echo "OSS_ACCESS_KEY_ID=$OSS_ACCESS_KEY_ID"
      echo "OSS_ACCESS_KEY_SECRET=$OSS_ACCESS_KEY_SECRET"
      echo "OSSICLE_PID=$server"
    } >> "$GITHUB_ENV"
    echo "endpoint=$endpoint" >> "$GITHUB_OUTPUT"
    exit 0
  fi
  kill -0 "$server" 2> /dev/null || break
  sleep 0.2
done
cat "$folder/log"
echo "::error::Ossicle did not start"
exit 1
