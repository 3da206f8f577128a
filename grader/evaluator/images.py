"""Turns raw public images into model inputs, as the host fitted it."""

from typing import Any

import numpy as np
import torch


class InputMap:
    """``input = scale * resize(image) + shift``, laid out as ``layout``."""

    def __init__(self, document: dict[str, Any], dtype: torch.dtype, device: str) -> None:
        """Read the map; ``scale`` and ``shift`` hold 1, channels or pixels values."""
        self.layout = tuple(document["layout"])
        self.per_image = document["kind"] == "per_image"
        self.scale = torch.tensor(document["scale"], dtype=torch.float32, device=device)
        self.shift = torch.tensor(document["shift"], dtype=torch.float32, device=device)
        self.rows = torch.tensor(document["rows"], dtype=torch.float32, device=device)
        self.columns = torch.tensor(document["columns"], dtype=torch.float32, device=device)
        self.channels = document["channels"]
        self.dtype = dtype
        self.device = device

    def __call__(self, images: np.ndarray[Any, Any]) -> torch.Tensor:
        """Map ``images`` (N, 28, 28) uint8 to inputs (N, *layout)."""
        values = torch.from_numpy(np.ascontiguousarray(images)).to(self.device).float()
        if self.rows.numel():
            values = self.rows @ values @ self.columns.T
        count, height, width = values.shape
        if self.per_image:
            flat = values.reshape(count, -1)
            spread = flat.std(1, correction=1)[:, None, None]
            values = (values - flat.mean(1)[:, None, None]) / spread.clamp_min(1e-6)
        values = values.reshape(count, 1, height * width).expand(-1, self.channels, -1)
        if self.scale.numel() == height * width:
            values = values * self.scale + self.shift
        else:
            values = values * self.scale[None, :, None] + self.shift[None, :, None]
        return values.reshape(count, *self.layout).to(self.dtype)
