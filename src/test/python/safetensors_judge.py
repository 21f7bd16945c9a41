"""Says of each file on standard input (a length of 4 bytes, big-endian, then the file) what Python's
safetensors makes of it, by one byte: 'r' refused, 'a' accepted, 's' accepted although it breaks one of
the two rules of the format that the library leaves to others. An empty file ends the input."""

import json
import struct
import sys

import safetensors


def has_name_twice(header):
    twice = False

    def note(pairs):
        nonlocal twice
        twice |= len({name for name, _ in pairs}) < len(pairs)

    json.loads(header, object_pairs_hook=note)
    return twice


def verdict(content):
    try:
        safetensors.deserialize(content)
    except safetensors.SafetensorError:
        return b"r"
    (length,) = struct.unpack("<Q", content[:8])
    header = content[8 : 8 + length]
    return b"s" if header[:1] != b"{" or has_name_twice(header) else b"a"


def main():
    source, answers = sys.stdin.buffer, sys.stdout.buffer
    answers.write(safetensors.__version__.encode() + b"\n")
    answers.flush()
    while True:
        (length,) = struct.unpack(">I", source.read(4))
        if length == 0:
            break
        answers.write(verdict(source.read(length)))
        answers.flush()


main()
