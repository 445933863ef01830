"""Generates the stubs of protos/ into generated/, and the image that buf and the contract tests read.

`python -m dev.protos --release` writes the image that later contracts must stay compatible with.

The imported contracts come from descriptors in installed wheels, so no third-party `.proto` is kept in the tree.
"""

import shutil
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

import protovalidate._gen.buf.validate.validate_pb as validate
from google.api import annotations_pb2, http_pb2
from google.protobuf import descriptor_pb2, duration_pb2, field_mask_pb2, timestamp_pb2
from grpc_tools import protoc

ROOT = Path(__file__).resolve().parent.parent
PROTOS = ROOT / "protos"
GENERATED = ROOT / "generated"
BIN = Path(sys.executable).parent
RELEASED = PROTOS / "released.binpb"


def main() -> None:
    """Replace generated/ by what protos/ says now; leave it alone if protoc refuses."""
    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".generating-") as scratch:
        generate(Path(scratch))
        Path(scratch).chmod(0o755)
        shutil.rmtree(GENERATED, ignore_errors=True)
        Path(scratch).rename(GENERATED)
        Path(scratch).mkdir()  # For TemporaryDirectory to remove.
    print(f"stubs of {len(contracts())} contracts are in {GENERATED.relative_to(ROOT)}/")


def release() -> None:
    """Write the image of the contracts as they are, without their comments, to protos/released.binpb."""
    with tempfile.TemporaryDirectory() as scratch:
        imports = write_imports(Path(scratch))
        run_protoc(imports, f"--descriptor_set_out={RELEASED}", "--include_imports", *contracts())
    print(f"{RELEASED.relative_to(ROOT)} is what later contracts must stay compatible with")


def contracts() -> list[str]:
    """The paths of all contracts, as protoc names them: `shop/orders/v1/orders.proto`."""
    return sorted(str(path.relative_to(PROTOS)) for path in PROTOS.rglob("*.proto"))


def generate(into: Path) -> None:
    """Write stubs, their types and the image `shop/contracts.binpb`."""
    imports = write_imports(into)
    image = into / "shop" / "contracts.binpb"
    image.parent.mkdir()
    stubs = [f"--python_out={into}", f"--grpc_python_out={into}"]
    # By their paths: nobody has to activate the virtual environment.
    plugins = [f"--plugin={BIN / name}" for name in ("protoc-gen-mypy", "protoc-gen-mypy_grpc")]
    types = [*plugins, f"--mypy_out=quiet:{into}", f"--mypy_grpc_out=quiet:{into}"]
    run_protoc(imports, *stubs, *types, *contracts(), "buf/validate/validate.proto")
    run_protoc(imports, f"--descriptor_set_out={image}", "--include_imports", "--include_source_info", *contracts())
    imports.unlink()
    for folder in [path for path in into.rglob("*") if path.is_dir()]:
        (folder / "__init__.py").touch()
    for package in ("shop", "buf"):
        (into / package / "py.typed").touch()


def run_protoc(imports: Path, *arguments: str) -> None:
    """Run the pinned protoc on protos/, with the imported contracts at hand."""
    bundled = files("grpc_tools") / "_proto"
    command = ["protoc", f"--proto_path={PROTOS}", f"--proto_path={bundled}", f"--descriptor_set_in={imports}"]
    if protoc.main([*command, *arguments]) != 0:
        sys.exit("protoc refused the contracts; what was generated before is as it was")


def write_imports(into: Path) -> Path:
    """Write what protoc must know of imported contracts into a file in `into`."""
    imports = into / "imports.binpb"
    imports.write_bytes(imported_contracts().SerializeToString())
    return imports


def imported_contracts() -> descriptor_pb2.FileDescriptorSet:
    """Descriptors of every contract that protos/ imports and does not hold."""
    imported = descriptor_pb2.FileDescriptorSet()
    for module in (descriptor_pb2, duration_pb2, field_mask_pb2, timestamp_pb2, http_pb2, annotations_pb2):
        module.DESCRIPTOR.CopyToProto(imported.file.add())
    imported.file.add().ParseFromString(validate.desc().proto.to_binary())
    return imported


if __name__ == "__main__":
    release() if sys.argv[1:] == ["--release"] else main()
