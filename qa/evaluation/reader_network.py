"""The network that is trained to check: the reranker's own layers, as floats again, with heads of its own.

Needs what qa/evaluation/train-requirements.txt names; nothing else of Footnote imports this module.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from transformers import BertConfig, BertModel

OUTPUTS = ("start", "end", "answerable", "supported")
_WIDTH, _LAYERS, _HEADS, _INNER = 384, 12, 12, 1536


class ReaderNetwork(nn.Module):  # type: ignore[misc]  # not installed where types are checked
    """MiniLM with four answers: where the answer starts and ends, whether there is one, whether a claim holds."""

    def __init__(self) -> None:
        super().__init__()
        self.bert = BertModel(
            BertConfig(
                hidden_size=_WIDTH,
                num_hidden_layers=_LAYERS,
                num_attention_heads=_HEADS,
                intermediate_size=_INNER,
                hidden_dropout_prob=0.1,
                attention_probs_dropout_prob=0.0,
            )
        )
        self.span = nn.Linear(_WIDTH, 2)
        self.judge = nn.Linear(_WIDTH, 2)

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Logits: start and end of shape (batch, tokens), the first token for "nowhere"; the others (batch,)."""
        output = self.bert(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
        start, end = self.span(output.last_hidden_state).unbind(-1)
        answerable, supported = self.judge(output.pooler_output).unbind(-1)
        return start, end, answerable, supported


def from_reranker(path: Path) -> ReaderNetwork:
    """The network with the layers of the reranker's int8 file, and its judgement as both judgements' beginning."""
    found = dict(_floats(onnx.load(str(path)).graph))
    network = ReaderNetwork()
    classifier = found.pop("classifier.weight"), found.pop("classifier.bias")
    state = {name.removeprefix("bert."): torch.from_numpy(values.copy()) for name, values in found.items()}
    missing, unexpected = network.bert.load_state_dict(state, strict=False)
    if unexpected or [name for name in missing if "position_ids" not in name]:
        raise ValueError(f"{path} is not the reranker: {missing} are missing, {unexpected} are not known.")
    with torch.no_grad():
        for row in range(2):
            network.judge.weight[row] = torch.from_numpy(classifier[0].reshape(-1).copy())
            network.judge.bias[row] = torch.from_numpy(classifier[1].copy())[0]
    return network


def _floats(graph: onnx.GraphProto) -> Iterator[tuple[str, "np.ndarray[tuple[int, ...], np.dtype[np.float32]]"]]:
    """Names as the network's, and weights: integer minus zero point, times scale."""
    raw = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}

    def real(name: str) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
        zero = raw[f"{name}_zero_point"].astype(np.float32)
        weights: np.ndarray[tuple[int, ...], np.dtype[np.float32]]
        weights = (raw[f"{name}_quantized"].astype(np.float32) - zero) * raw[f"{name}_scale"]
        return weights

    products = {node.input[1]: node.name for node in graph.node if node.op_type == "MatMulInteger"}
    for name, values in raw.items():
        base = name.removesuffix("_quantized")
        if name in products:
            # A matrix product holds the transpose of what a linear layer holds.
            layer = re.sub(r"/(Gemm_)?MatMul.*", "", products[name]).strip("/").replace("/", ".")
            yield f"{layer}.weight", real(base).T
        elif base != name:
            yield base, real(base)
        elif not name.endswith(("_scale", "_zero_point")) and name.startswith(("bert.", "classifier.")):
            yield name, values
