"""Jupyter's own test of kernels, with samples in TypeScript: python kernel_test.py"""

import sys
import unittest

import jupyter_kernel_test


class SmoothEdgesTests(jupyter_kernel_test.KernelTests):
    kernel_name = "smooth-edges"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oops')"
    completion_samples = [
        {"text": "process.hrti", "matches": {"hrtime"}},
        {"text": "parseFl", "matches": {"parseFloat"}},
    ]
    complete_code_samples = ["1 + 1", "function f(x: number): number {\n  return x;\n}", "const t = `a\n${1}`"]
    incomplete_code_samples = ["function f(", "const t = `a\n", "/* a", "if (true) {", "[1,"]
    invalid_code_samples = ["const = 1", "1 +* 2", ")"]
    code_generate_error = "throw new RangeError('out of bounds')"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "[1, 2].map((x) => x + 1)", "result": "[ 2, 3 ]"},
        {"code": "'a' + 'b'", "result": "'ab'"},
    ]
    code_display_data = [
        {"code": "display({ a: 1 })", "mime": "text/plain"},
        {
            "code": "display({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<b>b</b>' }) })",
            "mime": "text/html",
        },
    ]
    code_history_pattern = "6 ? 7"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "parseFloat"
    code_clear_output = "clearOutput()"


def main():
    # The pager is a payload, which the protocol calls deprecated.
    del jupyter_kernel_test.KernelTests.test_pager
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(SmoothEdgesTests)
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    sys.exit(not result.wasSuccessful() or result.skipped != [] or result.testsRun < 11)


if __name__ == "__main__":
    main()
