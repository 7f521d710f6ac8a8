import assert from "node:assert/strict";
import fc from "fast-check";
import { formatNotebook, parseNotebook, splitLines } from "../../../kernel/runner/notebook";

/** As Python's nbformat 5.10 writes it. */
const JUPYTER_TEXT = `{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 1,
   "id": "first",
   "metadata": {},
   "outputs": [
    {
     "data": {
      "application/json": {
       "a": [],
       "b": "x\\ny"
      },
      "image/svg+xml": [
       "<svg>\\n",
       "</svg>"
      ],
      "text/plain": [
       "grün\\n",
       "😀"
      ]
     },
     "execution_count": 1,
     "metadata": {},
     "output_type": "execute_result"
    },
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "1\\n"
     ]
    }
   ],
   "source": [
    "// \\"quoted\\"\\n",
    "value"
   ]
  },
  {
   "cell_type": "markdown",
   "id": "second",
   "metadata": {},
   "source": []
  }
 ],
 "metadata": {
  "kernelspec": {
   "display_name": "TypeScript (smooth-edges)",
   "language": "typescript",
   "name": "smooth-edges"
  },
  "unknown": {}
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
`;

describe("formatNotebook", () => {
  it("gives back a file that Jupyter wrote, byte for byte", () => {
    assert.equal(formatNotebook(parseNotebook(JUPYTER_TEXT, "a.ipynb")), JUPYTER_TEXT);
  });

  it("splits sources, streams and text bundles into lines and leaves JSON as it is", () => {
    const whole = parseNotebook(JUPYTER_TEXT, "a.ipynb");
    const joined = JSON.parse(JUPYTER_TEXT);
    joined.cells[0].source = '// "quoted"\nvalue';
    joined.cells[0].outputs[0].data["text/plain"] = "grün\n😀";
    joined.cells[0].outputs[1].text = "1\n";
    joined.cells[1].source = "";
    assert.equal(formatNotebook(joined), formatNotebook(whole));
  });

  it("keeps a key that JavaScript treats specially", () => {
    const text = JUPYTER_TEXT.replace('"unknown": {}', '"__proto__": {}');
    assert.match(formatNotebook(parseNotebook(text, "a.ipynb")), /"__proto__": \{\}/);
  });
});

describe("splitLines", () => {
  it("keeps line ends with their lines, as Python's splitlines(True) does", () => {
    assert.deepEqual(splitLines("a\nb\r\nc\rd\u2028e\n\n"), ["a\n", "b\r\n", "c\r", "d\u2028", "e\n", "\n"]);
    assert.deepEqual(splitLines(""), []);
  });

  it("loses nothing", () => {
    const unit = fc.constantFrom("a", "\n", "\r", "\v", "\u2029", "😀");
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        assert.equal(splitLines(text).join(""), text);
      }),
    );
  });
});
