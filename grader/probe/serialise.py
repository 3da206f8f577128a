"""An exported program as plain JSON data.

A graph is ``{"nodes": [...], "outputs": [...]}``. A node is ``{"name", "op", "target", "args",
"kwargs", "shape", "module", "type", "line"}``; ``op`` is one of parameter, buffer, constant, input
and call. An argument that is another node is ``{"node": name}``, a nested graph (autocast,
no_grad) ``{"graph": {...}}``, a dtype ``{"dtype": "float32"}``, a device ``{"device": "cpu"}``, a
memory layout ``{"ignored": ...}``; anything else is a JSON value.
``shape`` has -1 where the batch is. ``module``, ``type`` and ``line`` say where in the student's
code the operator came from.
"""

import re
from typing import Any

import torch

KINDS = {"PARAMETER": "parameter", "BUFFER": "buffer", "CONSTANT_TENSOR": "constant"}
LINE = re.compile(r'File "([^"]+)", line (\d+)')


def _argument(value: Any, owner: torch.fx.GraphModule) -> Any:
    if isinstance(value, torch.fx.Node):
        if value.op == "get_attr":
            attribute = getattr(owner, str(value.target))
            if isinstance(attribute, torch.fx.GraphModule):
                return {"graph": _nodes(attribute, {})}
        return {"node": value.name}
    if isinstance(value, (list, tuple)):
        return [_argument(item, owner) for item in value]
    if isinstance(value, torch.dtype):
        return {"dtype": str(value).removeprefix("torch.")}
    if isinstance(value, torch.device):
        return {"device": str(value)}
    if isinstance(value, (torch.layout, torch.memory_format)):
        return {"ignored": str(value)}
    return value


def _shape(node: torch.fx.Node) -> list[int] | None:
    value = node.meta.get("val")
    if not isinstance(value, torch.Tensor):
        return None
    return [size if isinstance(size, int) else -1 for size in value.shape]


def _origin(node: torch.fx.Node) -> dict[str, Any]:
    stack = node.meta.get("nn_module_stack") or {}
    path, kind = list(stack.values())[-1] if stack else ("", "")
    kind = kind if isinstance(kind, str) else kind.__name__
    # The last frame outside torch is the student's line; torch's own frames are library code.
    frames = [
        frame
        for frame in LINE.findall(str(node.meta.get("stack_trace") or ""))
        if "site-packages" not in frame[0] and "/torch/" not in frame[0]
    ]
    line = (
        {"file": frames[-1][0].rsplit("/", 1)[-1], "line": int(frames[-1][1])} if frames else None
    )
    return {"module": path, "type": kind.rsplit(".", 1)[-1], "line": line}


def _nodes(module: torch.fx.GraphModule, inputs: dict[str, tuple[str, str]]) -> dict[str, Any]:
    """Serialise one graph; ``inputs`` maps placeholder names to (kind, name in the model)."""
    nodes: list[dict[str, Any]] = []
    outputs: list[Any] = []
    for node in module.graph.nodes:
        entry: dict[str, Any] = {"name": node.name, "shape": _shape(node)}
        if node.op == "placeholder":
            kind, target = inputs.get(node.name, ("input", node.name))
            nodes.append({**entry, "op": kind, "target": target})
        elif node.op == "call_function":
            nodes.append(
                {
                    **entry,
                    **_origin(node),
                    "op": "call",
                    "target": str(node.target),
                    "args": _argument(node.args, module),
                    "kwargs": {key: _argument(value, module) for key, value in node.kwargs.items()},
                }
            )
        elif node.op == "get_attr" and isinstance(getattr(module, node.target, None), torch.Tensor):
            nodes.append({**entry, "op": "constant", "target": node.target})
        elif node.op == "output":
            outputs = _argument(node.args[0], module)
    return {"nodes": nodes, "outputs": outputs}


def graph_document(exported: Any) -> dict[str, Any]:
    """Return the graph of a ``torch.export.ExportedProgram`` and which output is the model's."""
    signature = exported.graph_signature
    inputs = {
        spec.arg.name: (KINDS.get(spec.kind.name, "input"), spec.target or spec.arg.name)
        for spec in signature.input_specs
    }
    graph = _nodes(exported.graph_module, inputs)
    graph["result"] = [
        position
        for position, spec in enumerate(signature.output_specs)
        if spec.kind.name == "USER_OUTPUT"
    ]
    return graph


def constants(exported: Any) -> dict[str, torch.Tensor]:
    """Tensors written into the forward itself (a fixed mean, say), by the names the graph uses."""
    return {
        name: value.detach().cpu()
        for name, value in exported.constants.items()
        if isinstance(value, torch.Tensor)
    }
