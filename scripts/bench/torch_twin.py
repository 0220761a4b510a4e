"""One SOHO pre-training step in PyTorch, to measure ours against on the same machine in the same run.

    pip install torch numpy;  python scripts/bench/torch_twin.py --size tiny|r18-224 --threads 1 --steps 20
With --evaluate retrieval|vqa the forward work of an evaluation instead: pairs a second once the images are encoded, or questions a second with everything.
Prints one JSON line: median wall and CPU milliseconds a step, images a second, parameters, torch version, threads.

tiny     64 px, residual CNN 32/64/128 (one block each), 16 visual tokens, D 128, 3 layers, 4 heads, K 256, 16 text tokens, V 256, 16 images x 4 texts,
         AdamW for everything, no dropout.
r18-224  224 px, ResNet-18, 9 visual tokens, D 768, 3 layers, 12 heads, K 2048, 16 text tokens, V 30522, 2 images x 4 texts,
         SGD with momentum for the CNN, AdamW for the rest, dropout 0.1.
Both: 1x1 conv -> 2x2 max-pool -> BN -> dictionary (mean update, straight-through); BERT embeddings (word + position + type -> LayerNorm); 2-D sine position
and LayerNorm on visual tokens; post-norm layers with erf GELU; key padding mask; 2 of 4 texts match; MVM (linear) and MLM (BERT head, tied decoder) on 15 % of
the positions of matching pairs (here the first ones: the work is the same); ITM linear on [CLS]; gradients clipped to norm 10.
"""
import argparse, json, math, resource, time
import torch
import torch.nn as nn
import torch.nn.functional as F

SIZES = {
    "tiny": dict(images=16, px=64, text=16, d=128, layers=3, heads=4, codes=256, words=256, widths=[32, 64, 128], blocks=1, stem=3, dropout=0.0, sgd=False),
    "r18-224": dict(images=2, px=224, text=16, d=768, layers=3, heads=12, codes=2048, words=30522, widths=[64, 128, 256, 512], blocks=2, stem=7, dropout=0.1, sgd=True),
}
SIZES["ablation"] = dict(SIZES["r18-224"], px=(640, 832))
# Images, texts and answers of an evaluation; the same as in sizes.ts.
EVALUATION = {"tiny": (64, 18, 64), "r18-224": (8, 64, 3129), "ablation": (4, 64, 3129)}


class Block(nn.Module):
    def __init__(self, i, o, stride):
        super().__init__()
        self.a, self.na = nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o)
        self.b, self.nb = nn.Conv2d(o, o, 3, 1, 1, bias=False), nn.BatchNorm2d(o)
        self.s = nn.Sequential(nn.Conv2d(i, o, 1, stride, bias=False), nn.BatchNorm2d(o)) if stride > 1 or i != o else nn.Identity()

    def forward(self, x):
        return F.relu(self.nb(self.b(F.relu(self.na(self.a(x))))) + self.s(x))


def sine(h, w, d):
    y, x = torch.meshgrid(torch.arange(1, h + 1) / (h + 1e-6), torch.arange(1, w + 1) / (w + 1e-6), indexing="ij")
    t = 10000 ** (2 * (torch.arange(d // 2) // 2) / (d // 2))
    parts = []
    for v in (y, x):
        a = v[..., None] * 2 * math.pi / t
        parts.append(torch.stack([a[..., 0::2].sin(), a[..., 1::2].cos()], -1).flatten(-2))
    return torch.cat(parts, -1).view(h * w, d)


class Soho(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c, d, widths = c, c["d"], c["widths"]
        stem = [nn.Conv2d(3, widths[0], c["stem"], 2, c["stem"] // 2, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU()]
        if c["stem"] == 7:
            stem.append(nn.MaxPool2d(3, 2, 1))
        body, i = [], widths[0]
        for k, w in enumerate(widths):
            for j in range(c["blocks"]):
                body.append(Block(i, w, 2 if j == 0 and k > 0 else 1))
                i = w
        self.cnn = nn.Sequential(*stem, *body)
        self.proj, self.norm = nn.Conv2d(i, d, 1, bias=False), nn.BatchNorm2d(d)
        self.word, self.pos, self.kind = nn.Embedding(c["words"], d), nn.Embedding(c["text"], d), nn.Embedding(2, d)
        nn.init.normal_(self.word.weight, 0, 0.02)
        self.textNorm, self.imageNorm, self.drop = nn.LayerNorm(d, 1e-12), nn.LayerNorm(d, 1e-12), nn.Dropout(c["dropout"])
        self.layers = nn.ModuleList(nn.TransformerEncoderLayer(d, c["heads"], 4 * d, c["dropout"], "gelu", 1e-12, batch_first=True) for _ in range(c["layers"]))
        self.itm, self.mvm = nn.Linear(d, 2), nn.Linear(d, c["codes"])
        self.mlmDense, self.mlmNorm, self.mlmBias = nn.Linear(d, d), nn.LayerNorm(d, 1e-12), nn.Parameter(torch.zeros(c["words"]))
        px = c["px"] if isinstance(c["px"], tuple) else (c["px"], c["px"])
        rows, columns = (side // (2 ** (len(widths) + (1 if c["stem"] == 7 else 0))) // 2 for side in px)
        self.register_buffer("place", sine(rows, columns, d))
        self.register_buffer("codebook", torch.randn(c["codes"], d))

    def forward(self, image, text):
        c, t = self.c, self.c["text"]
        v = self.norm(F.max_pool2d(self.proj(self.cnn(image)), 2)).flatten(2).transpose(1, 2)
        with torch.no_grad():
            f = v.reshape(-1, c["d"])
            index = (f.pow(2).sum(1, keepdim=True) - 2 * f @ self.codebook.t() + self.codebook.pow(2).sum(1)).argmin(1)
            rows = self.codebook[index]
            hot = F.one_hot(index, c["codes"]).float()
            count = hot.sum(0)
            mean = hot.t() @ f / count.clamp(min=1)[:, None]
            self.codebook = torch.where(count[:, None] > 0, 0.99 * self.codebook + 0.01 * mean, self.codebook)
            index = index.view(v.shape[0], -1).repeat_interleave(4, 0)
        v = self.imageNorm(v + (rows.view_as(v) - v).detach() + self.place).repeat_interleave(4, 0)
        w = self.drop(self.textNorm(self.word(text) + self.pos.weight + self.kind.weight[0]))
        x = torch.cat([w, v], 1)
        mask = torch.cat([text == 0, torch.zeros(v.shape[:2], dtype=torch.bool, device=v.device)], 1)
        for layer in self.layers:
            x = layer(x, src_key_padding_mask=mask)
        match = x.view(-1, 4, *x.shape[1:])[:, :2].flatten(0, 1)
        code = index.view(-1, 4, index.shape[1])[:, :2].flatten(0, 1)
        word = text.view(-1, 4, t)[:, :2].flatten(0, 1)
        nw, nv = max(1, round(0.15 * t)), max(1, round(0.15 * code.shape[1]))
        h = self.mlmNorm(F.gelu(self.mlmDense(match[:, 1:1 + nw])))
        mlm = h @ self.word.weight.t() + self.mlmBias
        return self.itm(x[:, 0]), self.mvm(match[:, t:t + nv]), mlm, code[:, :nv], word[:, 1:1 + nw]


@torch.no_grad()
def see(model, image):
    v = model.norm(F.max_pool2d(model.proj(model.cnn(image)), 2)).flatten(2).transpose(1, 2)
    f = v.reshape(-1, v.shape[2])
    index = (f.pow(2).sum(1, keepdim=True) - 2 * f @ model.codebook.t() + model.codebook.pow(2).sum(1)).argmin(1)
    return model.imageNorm(model.codebook[index].view_as(v) + model.place)


@torch.no_grad()
def fuse(model, text, v):
    """[CLS] states of pairs."""
    x = torch.cat([model.textNorm(model.word(text) + model.pos.weight[:text.shape[1]] + model.kind.weight[0]), v], 1)
    for layer in model.layers:
        x = layer(x)
    return x[:, 0]


def evaluate(model, c, a):
    model.eval()
    images, texts, answers = EVALUATION[a.size]
    px = c["px"] if isinstance(c["px"], tuple) else (c["px"], c["px"])
    image = torch.rand(images, 3, *px, device=a.device)
    vqa = nn.Sequential(nn.Linear(c["d"], 4 * c["d"]), nn.ReLU(), nn.Linear(4 * c["d"], answers)).to(a.device)
    pairs = texts * images if a.evaluate == "retrieval" else 5 * images
    text = torch.randint(1, c["words"], (pairs, 12), device=a.device)
    wall, cpu = [], []
    with torch.no_grad():
        for _ in range(a.steps + 1):
            v = see(model, image) if a.evaluate == "retrieval" else None
            w0, c0 = time.perf_counter(), time.process_time()
            if v is None:
                v = see(model, image)
            for i in range(0, pairs, 128):
                shown = torch.arange(i, min(i + 128, pairs), device=a.device)
                state = fuse(model, text[shown], v[shown % images])
                (model.itm if a.evaluate == "retrieval" else vqa)(state).argmax(1).sum().item()
            wall.append(time.perf_counter() - w0)
            cpu.append(time.process_time() - c0)
    measured = lambda v: v[1:] or v
    median = lambda v: sorted(measured(v))[len(measured(v)) // 2]
    print(json.dumps(dict(size=a.size, evaluate=a.evaluate, itemsPerSecond=round(pairs / median(wall), 2), itemsPerCpuSecond=round(pairs / median(cpu), 2),
                          residentMb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, torch=torch.__version__, threads=a.threads, device=a.device)))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--steps", type=int, default=20)
    p.add_argument("--size", choices=SIZES, default="tiny")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--device", default="cpu")
    p.add_argument("--evaluate", choices=["retrieval", "vqa"])
    p.add_argument("--tuned", action="store_true", help="channels_last and fused optimisers")
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(0)
    c = SIZES[a.size]
    layout = dict(memory_format=torch.channels_last) if a.tuned else {}
    fused = dict(fused=True) if a.tuned else {}
    model = Soho(c).to(a.device, **layout)
    if a.evaluate:
        return evaluate(model, c, a)
    cnn = set(model.cnn.parameters())
    rest = [q for q in model.parameters() if q not in cnn]
    optimisers = ([torch.optim.SGD(cnn, 1e-2, 0.9, weight_decay=5e-4, **fused), torch.optim.AdamW(rest, 1e-4, weight_decay=1e-2, **fused)]
                  if c["sgd"] else [torch.optim.AdamW(model.parameters(), 1e-3, weight_decay=1e-2, **fused)])
    image = torch.rand(c["images"], 3, c["px"], c["px"], device=a.device).contiguous(**layout)
    text = torch.randint(1, c["words"], (4 * c["images"], c["text"]), device=a.device)
    text[:, -4:] = 0
    label = torch.tensor([1, 1, 0, 0] * c["images"], device=a.device)
    wall, cpu = [], []
    for _ in range(a.steps + 3):
        w0, c0 = time.perf_counter(), time.process_time()
        itm, mvm, mlm, code, word = model(image, text)
        loss = F.cross_entropy(itm, label) + F.cross_entropy(mvm.flatten(0, 1), code.flatten()) + F.cross_entropy(mlm.flatten(0, 1), word.flatten())
        for o in optimisers:
            o.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 10)
        for o in optimisers:
            o.step()
        loss.item()
        wall.append(time.perf_counter() - w0)
        cpu.append(time.process_time() - c0)
    median = lambda v: sorted(v[3:])[len(v[3:]) // 2]
    print(json.dumps(dict(size=a.size, wallMs=round(median(wall) * 1e3, 1), cpuMs=round(median(cpu) * 1e3, 1), imagesPerSecond=round(c["images"] / median(wall), 1),
                          parameters=sum(q.numel() for q in model.parameters()),
                          residentMb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, tuned=a.tuned, torch=torch.__version__, threads=a.threads, device=a.device)))


if __name__ == "__main__":
    main()
