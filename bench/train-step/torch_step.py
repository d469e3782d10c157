"""PyTorch on the CPU: the same step, speaking the protocol of worker.mjs."""
import json, os, resource, sys, time
import torch
import torch.nn as nn
import torch.nn.functional as F

shape = json.loads(os.environ["SHAPES"])
L, D, H, M, V, S, B = (shape[k] for k in ("layers", "width", "heads", "hidden", "vocabulary", "length", "batch"))
torch.set_num_threads(2)
torch.manual_seed(0)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.n1, self.n2 = nn.LayerNorm(D), nn.LayerNorm(D)
        self.q, self.k, self.v, self.o = (nn.Linear(D, D) for _ in range(4))
        self.up, self.down = nn.Linear(D, M), nn.Linear(M, D)

    def forward(self, h):
        a = self.n1(h)
        q, k, v = (f(a).view(B, S, H, D // H).transpose(1, 2) for f in (self.q, self.k, self.v))
        p = torch.softmax(q @ k.transpose(-1, -2) * (D // H) ** -0.5, -1)
        h = h + self.o((p @ v).transpose(1, 2).reshape(B, S, D))
        return h + self.down(F.gelu(self.up(self.n2(h))))


class MaskedLm(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(V, D)
        nn.init.normal_(self.table.weight, std=0.02)
        self.positions = nn.Parameter(torch.randn(S, D) * 0.02)
        self.first, self.last = nn.LayerNorm(D), nn.LayerNorm(D)
        self.blocks = nn.ModuleList(Block() for _ in range(L))

    def forward(self, ids):
        h = self.first(self.table(ids) + self.positions)
        for block in self.blocks:
            h = block(h)
        return self.last(h) @ self.table.weight.T


model = MaskedLm()
optimizer = torch.optim.Adam(model.parameters(), shape["learningRate"])
ids, labels = torch.randint(0, V, (B, S)), torch.randint(0, V, (B * S,))
print(json.dumps({"ready": {"version": torch.__version__}}), flush=True)
for line in sys.stdin:
    times = []
    for _ in range(json.loads(line)["steps"]):
        start = time.perf_counter()
        optimizer.zero_grad()
        loss = F.cross_entropy(model(ids).view(-1, V), labels)
        loss.backward()
        optimizer.step()
        value = loss.item()
        times.append((time.perf_counter() - start) * 1e3)
    print(json.dumps({"milliseconds": times, "loss": value, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}), flush=True)
