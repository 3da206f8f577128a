#!/usr/bin/env bash
# Builds the image that every submission is graded in. Runs as root, once, with a network.
set -euo pipefail
umask 022

root="${LAB_GRADER_AUTOGRADER:-/autograder}"
home="${LAB_GRADER_HOME:-/opt/lab-grader}"
source="$root/source"
settings() { sed -n "s/^ *\"$1\": \"\\(.*\\)\",\\{0,1\\}\$/\\1/p" "$source/autograder.json"; }

export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends bubblewrap ca-certificates libseccomp2 python3-venv

# uv brings the version of Python that the archive was made with, whatever the system has. All of it
# lies where every user may read: submissions run as one that owns nothing.
python3 -m venv "$home/uv"
"$home/uv/bin/pip" install --disable-pip-version-check --no-cache-dir 'uv>=0.8,<1'
export UV_PYTHON_INSTALL_DIR="$home/python" UV_PYTHON_PREFERENCE=only-managed UV_NO_CACHE=1
"$home/uv/bin/uv" venv --python "$(settings python)" "$home/venv"
# Built for a CPU alone, torch takes far less disk, and less memory.
"$home/uv/bin/uv" pip install --python "$home/venv/bin/python" --torch-backend cpu \
  --requirement "$source/requirements.txt" --constraint "$source/constraints.txt"

# Training data is no secret: every submission reads it.
if [ -d "$source/data" ]; then
  rm -rf "$home/data"
  cp -R "$source/data" "$home/data"
fi

# Parses or makes the data, and fails here, where it is seen, if the course cannot grade.
GRADER_CACHE_HOME="$home/cache" LAB_GRADER_HOME="$home" PYTHONPATH="$source" \
  "$home/venv/bin/python" -P -m grader autograded "$root" --prepare
chmod -R a+rX "$home"
chmod -R go-rwx "$source"
