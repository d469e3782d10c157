"""What the reference models share: a checkpoint that makes its random weights as they are first asked for, and layers.

Each file beside this one computes a tiny random model from the definition in its paper, in plain PyTorch functions, and
writes `test/fixtures/huggingface/<name>/`: `config.json`, `model.safetensors` with the names of Hugging Face, and
`expected.safetensors` with inputs and outputs. A weight depends on the names of fixture and tensor only.

Run `python3 scripts/reference/<architecture>.py` with Debian's python3-torch; the version is in the metadata.
"""

import json
import os
import struct
import zlib

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
FOLDER = os.path.join(os.path.dirname(__file__), "..", "..", "test", "fixtures", "huggingface")
DTYPES = {torch.float32: "F32", torch.int64: "I64", torch.bool: "BOOL"}
VOCABULARY = 64

ACTIVATIONS = {
    "gelu": F.gelu,
    "gelu_new": lambda x: F.gelu(x, approximate="tanh"),
    "relu": F.relu,
    "silu": F.silu,
    "tanh": torch.tanh,
}


def generator(name):
    return torch.Generator().manual_seed(zlib.crc32(name.encode()))


def batch(pad=0, first=4, length=9, sizes=(9, 6, 4)):
    """Ids [3, 9] of texts of several sizes, padded at the end, with mask and token types."""
    ids = torch.randint(first, VOCABULARY, (len(sizes), length), generator=generator("batch"))
    mask = torch.stack([torch.arange(length) < size for size in sizes]).long()
    segments = torch.stack([(torch.arange(length) >= size // 2) & (torch.arange(length) < size) for size in sizes]).long()
    return ids * mask + pad * (1 - mask), mask, segments


class Checkpoint:
    """Weights by name, and the layers made of them."""

    def __init__(self, name):
        self.name, self.tensors = name, {}

    def __call__(self, name, *shape, deviation=0.25, mean=0.0):
        if name not in self.tensors:
            noise = torch.randn(shape, generator=generator(f"{self.name}/{name}"))
            self.tensors[name] = mean + deviation * noise
        assert list(self.tensors[name].shape) == list(shape), name
        return self.tensors[name]

    def linear(self, x, name, out, bias=True):
        return F.linear(x, self(f"{name}.weight", out, x.shape[-1]), self(f"{name}.bias", out) if bias else None)

    def norm(self, x, name, eps, bias=True):
        width = x.shape[-1]
        return F.layer_norm(x, (width,), self(f"{name}.weight", width, mean=1.0), self(f"{name}.bias", width) if bias else None, eps)

    def rms(self, x, name, eps):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps) * self(f"{name}.weight", x.shape[-1], mean=1.0)

    def table(self, ids, name, count, width):
        return F.embedding(ids, self(f"{name}.weight", count, width))

    def save(self, config, inputs, outputs):
        folder = os.path.join(FOLDER, self.name)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "config.json"), "w") as file:
            json.dump(config, file, indent=2)
            file.write("\n")
        write(os.path.join(folder, "model.safetensors"), self.tensors, {"format": "pt"})
        found = {**{f"input.{k}": v for k, v in inputs.items()}, **{f"output.{k}": v for k, v in outputs.items()}}
        write(os.path.join(folder, "expected.safetensors"), found, {"torch": torch.__version__})


def write(path, tensors, metadata):
    header, chunks, offset = {"__metadata__": metadata}, [], 0
    for name, value in tensors.items():
        data = value.detach().contiguous().numpy().tobytes()
        header[name] = {"dtype": DTYPES[value.dtype], "shape": list(value.shape), "data_offsets": [offset, offset + len(data)]}
        chunks.append(data)
        offset += len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(chunks))


def split(x, heads):
    b, length, width = x.shape
    return x.view(b, length, heads, width // heads).transpose(1, 2)


def merge(x):
    b, heads, length, width = x.shape
    return x.transpose(1, 2).reshape(b, length, heads * width)


def hidden_keys(mask):
    """Bias that hides padding, [B, 1, 1, L]."""
    return (1.0 - mask[:, None, None, :].float()) * torch.finfo(torch.float32).min


def attend(q, k, v, bias, scale=None):
    """softmax(q k^T * scale + bias) v of heads [B, H, L, d]."""
    scale = q.shape[-1] ** -0.5 if scale is None else scale
    groups = q.shape[1] // k.shape[1]
    k, v = (t.repeat_interleave(groups, dim=1) for t in (k, v))
    return torch.softmax(q @ k.transpose(-1, -2) * scale + bias, -1) @ v


def rotate(x, base, interleaved=False):
    """Rotary positions on heads [B, H, L, d]."""
    length, width = x.shape[-2:]
    speed = base ** (-torch.arange(0, width, 2).float() / width)
    angles = torch.arange(length).float()[:, None] * speed
    if interleaved:
        pairs = torch.view_as_complex(x.reshape(*x.shape[:-1], -1, 2))
        return torch.view_as_real(pairs * torch.polar(torch.ones_like(angles), angles)).flatten(-2)
    cos, sin = (f(torch.cat([angles, angles], -1)) for f in (torch.cos, torch.sin))
    turned = torch.cat([-x[..., width // 2 :], x[..., : width // 2]], -1)
    return x * cos + turned * sin


def t5_bucket(relative, bidirectional, buckets, longest):
    """Bucket of key position minus query position (arXiv 1910.10683)."""
    result = torch.zeros_like(relative)
    if bidirectional:
        buckets //= 2
        result = (relative > 0).long() * buckets
        distance = relative.abs()
    else:
        distance = -torch.minimum(relative, torch.zeros_like(relative))
    exact = buckets // 2
    far = exact + (torch.log(distance.float().clamp(min=1) / exact) / torch.log(torch.tensor(longest / exact)) * (buckets - exact)).long()
    return result + torch.where(distance < exact, distance, far.clamp(max=buckets - 1))
