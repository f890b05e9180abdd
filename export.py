"""Write a model as one web page that reads digits in any browser, or as an ONNX file."""

import argparse
import os
import sys
from pathlib import Path

from app.style import theme
from digits.recognizer import SHIPPED_MODEL, Recognizer
from exporting import ExportError
from exporting.onnx_file import onnx_model
from exporting.page import page
from nn.model_files import ModelFileError
from nn.nets import Net
from nn.whole_files import write_whole

MODEL_ADVICE = "give another with --model PATH"


def main() -> int:
    """Run the command line. Returns the exit status."""
    options = parse_arguments()
    try:
        if options.html is not None:
            data = page(Recognizer.load(options.model), theme).encode()
            write(options.html, data, "open it in a browser")
        if options.onnx is not None:
            model = onnx_model(Net.load_model(options.model), options.model.stem)
            write(options.onnx, model.SerializeToString(), "any ONNX runtime reads it")
    except ModelFileError as error:
        return fail(f"can't read the model {error}; {MODEL_ADVICE}")
    except ExportError as error:
        return fail(f"can't export {options.model}: {error}")
    except OSError as error:
        if str(error.filename) == str(options.model):
            return fail(f"can't read the model {options.model}: {error.strerror}; {MODEL_ADVICE}")
        return fail(
            f"can't write {error.filename}: {error.strerror}; "
            "name a file in a folder that you can write to"
        )
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
    files = [os.path.realpath(path) for path in (options.html, options.onnx, options.model) if path]
    if len(set(files)) < len(files):
        parser.error("--html, --onnx and --model must be different files")
    return options


def write(path: Path, data: bytes, hint: str) -> None:
    """Write a file and print its path and size. Raises OSError."""
    write_whole(path, lambda file: file.write(data))
    print(f"{path}: {len(data):,} bytes; {hint}")


def fail(message: str) -> int:
    """Print an error message. Returns the exit status."""
    print(f"export.py: {message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
