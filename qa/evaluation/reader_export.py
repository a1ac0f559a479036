"""The trained reader as the int8 ONNX file that ships: `python -m qa.evaluation.reader_export --help`."""

import argparse
import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from qa.evaluation.reader_network import OUTPUTS, ReaderNetwork

INPUTS = ("input_ids", "attention_mask", "token_type_ids")


def export(weights: Path, target: Path) -> None:
    """Write `target`: weights as 8-bit integers, inputs and outputs of any batch and length."""
    network = ReaderNetwork()
    network.load_state_dict(torch.load(weights))
    network.eval()
    ids = torch.randint(1000, 20_000, (2, 24))
    given = (ids, torch.ones_like(ids), torch.zeros_like(ids))
    batch, tokens = torch.export.Dim("batch", min=1, max=1024), torch.export.Dim("tokens", min=2, max=512)
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "float.onnx"
        torch.onnx.export(
            network,
            given,
            str(whole),
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_shapes=tuple({0: batch, 1: tokens} for _ in INPUTS),
            external_data=False,
        )
        quantize_dynamic(str(whole), str(target), weight_type=QuantType.QInt8, per_channel=True)
    _bare(target)


def _bare(path: Path) -> None:
    """Take out where each node came from: the exporter writes the paths of the machine that it ran on."""
    model = onnx.load(str(path))
    for described in (model, model.graph, *model.graph.node, *model.graph.value_info, *model.graph.initializer):
        del described.metadata_props[:]
        described.ClearField("doc_string")
    onnx.save(model, str(path))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, help="reader.pt of qa.evaluation.train_reader")
    parser.add_argument("target", type=Path, help="the ONNX file to write")
    given = parser.parse_args()
    export(given.weights, given.target)


if __name__ == "__main__":
    main()
