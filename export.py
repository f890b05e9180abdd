"""Write a model as one web page that reads digits in any browser, or as an ONNX file."""

import argparse
import os
import sys
from contextlib import suppress
from pathlib import Path

from app.style import theme
from digits import program
from digits.recognizer import SHIPPED_MODEL, Recognizer
from exporting import ExportError
from exporting.onnx_file import onnx_model
from exporting.page import page
from nn.model_files import ModelFileError, printable
from nn.nets import Net
from nn.whole_files import write_whole

MODEL_ADVICE = "give another with --model PATH"


def main() -> int:
    """Run the command line. Returns the exit status."""
    program.prepare_output()
    options = parse_arguments()
    files = []
    try:  # all is made before any of it is written
        if options.html is not None:
            data = page(Recognizer.load(options.model), theme).encode()
            files.append((options.html, data, "open it in a browser"))
        if options.onnx is not None:
            model = onnx_model(Net.load_model(options.model), printable(options.model.stem))
            files.append((options.onnx, model.SerializeToString(), "any ONNX runtime reads it"))
    except ModelFileError as error:
        return fail(f"can't read the model {error}; {MODEL_ADVICE}")
    except ExportError as error:
        return fail(f"can't export {options.model}: {error}")
    except OSError as error:
        return fail(f"can't read the model {options.model}: {error.strerror}; {MODEL_ADVICE}")
    for path, data, hint in files:
        try:
            write(path, data)
        except OSError as error:
            return fail(
                f"can't write {path}: {error.strerror}; "
                "name a file in a folder that you can write to"
            )
        with suppress(OSError):  # the file is there, whether anybody reads about it or not
            print(f"{path}: {len(data):,} bytes; {hint}")
    return 0


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="export.py", description=__doc__)
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a web page")
    parser.add_argument("--onnx", type=Path, metavar="FILE", help="write an ONNX file")
    parser.add_argument(
        "--model",
        type=Path,
        metavar="PATH",
        default=SHIPPED_MODEL,
        help="the model (default: the one that ships with the program)",
    )
    options = parser.parse_args()
    if options.html is None and options.onnx is None:
        parser.error("say what to write: --html FILE or --onnx FILE")
    paths = [path for path in (options.html, options.onnx, options.model) if path]
    try:
        files = set(map(os.path.realpath, paths))
    except OSError as error:
        parser.error(program.no_folder(error))
    if len(files) < len(paths):
        parser.error("--html, --onnx and --model must be different files")
    return options


def write(path: Path, data: bytes) -> None:
    """Write the whole file or none of it. Raises OSError."""
    write_whole(path, lambda file: file.write(data))


def fail(message: str) -> int:
    """Print an error message. Returns the exit status."""
    print(printable(f"export.py: {message}"), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
