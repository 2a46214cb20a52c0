"""Results named after a hash of their inputs, and files written whole or not at all."""

import hashlib
import os
import shutil


def hash_of(*inputs):
    """Return a short hash of strings, bytes, and files given as paths."""
    digest = hashlib.sha256()
    for item in inputs:
        data = item.read_bytes() if hasattr(item, "read_bytes") else item
        data = data.encode() if isinstance(data, str) else data
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:12]


def write_whole(path, text):
    """Write a file so that a reader sees the old or the new text, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    draft.write_text(text)
    draft.replace(path)


def remove_tree(path):
    """Remove a folder or file, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
