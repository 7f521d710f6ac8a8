"""Front ends of Jupyter in Python on our kernel: python front_ends.py; cases whose tool is missing are skipped."""

import json
import os
import sys
import tempfile
import unittest

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError

try:
    import pexpect
except ImportError:
    pexpect = None
try:
    import jupyter_console
except ImportError:
    jupyter_console = None
try:
    import papermill
    from papermill.translators import Translator, papermill_translators
except ImportError:
    papermill = None

KERNEL = {"name": "smooth-edges", "display_name": "TypeScript (smooth-edges)", "language": "typescript"}


def notebook(*cells, tags=None):
    """A notebook of code cells; the first one has the tags."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in cells])
    made.metadata["kernelspec"] = KERNEL
    if tags:
        made.cells[0].metadata["tags"] = tags
    return made


class Nbclient(unittest.TestCase):
    def run_cells(self, *cells, **options):
        client = NotebookClient(notebook(*cells), timeout=60, **options)
        try:
            client.execute()
        finally:
            self.outputs = [cell.outputs for cell in client.nb.cells]
        return client.nb

    def test_no_line_is_lost(self):
        self.run_cells("for (let k = 0; k < 10_000; k++) console.log(k);")
        printed = "".join(output.text for output in self.outputs[0])
        self.assertEqual(printed, "".join(f"{k}\n" for k in range(10_000)))

    def test_results_displays_and_updates(self):
        made = self.run_cells("const shown = display('a', { id: 'x' }); 6 * 7", "shown.update('b')")
        self.assertEqual([output.output_type for output in self.outputs[0]], ["display_data", "execute_result"])
        self.assertEqual(self.outputs[0][0].data["text/plain"], "b")
        self.assertEqual(self.outputs[0][1].data["text/plain"], "42")
        self.assertEqual([cell.execution_count for cell in made.cells], [1, 2])
        nbformat.validate(made)

    def test_errors(self):
        with self.assertRaisesRegex(CellExecutionError, "RangeError.*: out of bounds"):
            self.run_cells("throw new RangeError('out of bounds')", "1")
        self.assertEqual(self.outputs[0][0].ename, "RangeError")
        self.assertEqual(self.outputs[1], [])

    def test_errors_that_are_allowed(self):
        self.run_cells("throw new RangeError('x')", "1", allow_errors=True)
        self.assertEqual(self.outputs[1][0].data["text/plain"], "1")

    def test_a_cell_that_takes_too_long(self):
        made = notebook("while (true) {}", "'goes on'")
        NotebookClient(made, timeout=3, interrupt_on_timeout=True, allow_errors=True).execute()
        self.assertEqual(made.cells[0].outputs[0].ename, "InterruptError")
        self.assertEqual(made.cells[1].outputs[0].data["text/plain"], "'goes on'")
        with self.assertRaises(CellTimeoutError):
            NotebookClient(notebook("while (true) {}"), timeout=1).execute()

    def test_widgets_are_saved_with_the_notebook(self):
        made = self.run_cells("const bar = widget('IntProgress', { value: 3, max: 9 }); bar", "bar.set({ value: 5 })")
        view = self.outputs[0][0].data["application/vnd.jupyter.widget-view+json"]
        states = made.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
        self.assertEqual(states[view["model_id"]]["state"]["value"], 5)


@unittest.skipUnless(papermill, "papermill is not installed")
class Papermill(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        class TypeScriptTranslator(Translator):
            translate = classmethod(lambda cls, value: json.dumps(value))
            comment = classmethod(lambda cls, text: f"// {text}")
            assign = classmethod(lambda cls, name, value: f"let {name} = {value};")

        papermill_translators.register("typescript", TypeScriptTranslator)

    def test_parameters(self):
        with tempfile.TemporaryDirectory() as folder:
            source, target = os.path.join(folder, "in.ipynb"), os.path.join(folder, "out.ipynb")
            nbformat.write(notebook("let lambda = 1; let name = 'a';", "`${name} ${lambda * 2}`", tags=["parameters"]), source)
            papermill.execute_notebook(source, target, parameters={"lambda": 0.25, "name": 'b "c"'}, progress_bar=False)
            made = nbformat.read(target, 4)
        self.assertEqual(made.cells[1].source, '// Parameters\nlet lambda = 0.25;\nlet name = "b \\"c\\"";\n')
        self.assertEqual(made.cells[2].outputs[0].data["text/plain"], "'b \"c\" 0.5'")

    def test_errors(self):
        with tempfile.TemporaryDirectory() as folder:
            source, target = os.path.join(folder, "in.ipynb"), os.path.join(folder, "out.ipynb")
            nbformat.write(notebook("throw new RangeError('out of bounds')"), source)
            with self.assertRaisesRegex(papermill.exceptions.PapermillExecutionError, "RangeError: out of bounds"):
                papermill.execute_notebook(source, target, progress_bar=False)


@unittest.skipUnless(pexpect and jupyter_console, "jupyter_console or pexpect is not installed")
class Console(unittest.TestCase):
    def setUp(self):
        options = ["console", "--kernel", "smooth-edges", "--simple-prompt"]
        arguments = ["-m", "jupyter", *options]
        self.console = pexpect.spawn(sys.executable, arguments, encoding="utf8", timeout=60, dimensions=(40, 200))
        self.expect(r"In \[1\]: ")

    def tearDown(self):
        self.console.terminate(force=True)

    def expect(self, *patterns):
        for pattern in patterns:
            self.console.expect(pattern)

    def say(self, line, *patterns):
        self.console.sendline(line)
        self.expect(*patterns)

    def test_a_session(self):
        self.say("const six: number = 6", r"In \[2\]: ")
        self.say("six * 7", r"Out\[2\]: .*42", r"In \[3\]: ")
        self.say("console.log('printed')", "printed\r?\n", r"In \[4\]: ")
        self.say("throw new RangeError('out of bounds')", "RangeError", "out of bounds", r"In \[5\]: ")
        self.say("const wrong: string = six", "not assignable", r"In \[6\]: ")
        self.say("`hello ${prompt('name? ')}`", r"name\? ")
        self.say("Ada", "'hello Ada'", r"In \[7\]: ")
        self.say("console.log('loops'); while (true) {}", "loops\r?\n")
        self.console.sendintr()
        self.expect("InterruptError", r"In \[8\]: ")
        self.say("six", r"Out\[8\]: .*6", r"In \[9\]: ")
        self.console.sendeof()
        self.expect("really want to exit")
        self.say("y", pexpect.EOF)


if __name__ == "__main__":
    result = unittest.main(verbosity=2, exit=False).result
    for case, reason in result.skipped:
        print(f"skipped: {case}: {reason}")
    sys.exit(not result.wasSuccessful())
