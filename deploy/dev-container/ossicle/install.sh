#!/bin/sh
# Installs Ossicle into a development container, with a script that starts it.
set -eu

if ! node --eval 'const [a, b] = process.versions.node.split(".").map(Number)
process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null; then
  echo "Ossicle needs Node 20.19 or later: choose an image with it, or add the feature of Node" >&2
  exit 1
fi
version=${VERSION:-0.1.0}
case "$version" in
  /*) package=$version ;;
  *) package=ossicle@$version ;;
esac
npm install --global --no-fund --no-audit "$package"

mkdir -p /usr/local/share/ossicle
cat > /usr/local/share/ossicle/start.sh <<'SCRIPT'
#!/bin/sh
# Starts the store beside what the container runs. Its files are kept as long as the container.
data=${OSSICLE_DATA:-/tmp/ossicle}
nohup ossicle serve --data "$data" --admin-port 9651 --workers 1 >/tmp/ossicle.log 2>&1 &
exec "$@"
SCRIPT
chmod +x /usr/local/share/ossicle/start.sh
