"""Runs a notebook with parameters by papermill, which has no Java of its own.

Usage, with the options of papermill: papermill_java.py INPUT.ipynb OUTPUT.ipynb -p NAME VALUE ...

The parameters become a cell of Java behind the notebook's cell that is tagged "parameters".
"""

import sys

from papermill.__main__ import papermill
from papermill.translators import Translator, papermill_translators

LARGEST_INT = 2**31 - 1


class JavaTranslator(Translator):
    """Values as Java expressions: lists become List.of, objects Map.ofEntries."""

    @classmethod
    def translate_none(cls, val):
        return "null"

    @classmethod
    def translate_str(cls, val):
        escaped = val.replace("\\", "\\\\").replace('"', '\\"')
        for sign, escape in (("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
            escaped = escaped.replace(sign, escape)
        return '"%s"' % escaped

    @classmethod
    def translate_bool(cls, val):
        return "true" if val else "false"

    @classmethod
    def translate_int(cls, val):
        return str(val) if abs(val) <= LARGEST_INT else "%dL" % val

    @classmethod
    def translate_float(cls, val):
        if val != val:
            return "Double.NaN"
        if val in (float("inf"), float("-inf")):
            return "Double.%s_INFINITY" % ("POSITIVE" if val > 0 else "NEGATIVE")
        return repr(float(val))

    @classmethod
    def translate_list(cls, val):
        return "List.of(%s)" % ", ".join(cls.translate(each) for each in val)

    @classmethod
    def translate_dict(cls, val):
        entries = ("Map.entry(%s, %s)" % (cls.translate_str(str(k)), cls.translate(v)) for k, v in val.items())
        return "Map.ofEntries(%s)" % ", ".join(entries)

    @classmethod
    def comment(cls, cmt_str):
        return "// " + cmt_str.lstrip("# ")

    @classmethod
    def assign(cls, name, str_val):
        return "%s %s = %s;" % ("Object" if str_val == "null" else "var", name, str_val)


papermill_translators.register("java", JavaTranslator)

if __name__ == "__main__":
    sys.exit(papermill())
