"""Small models of every kind, from ``torch.nn`` alone. Import only where PyTorch is there."""

import torch
from torch import nn
from torch.nn import functional as f


def mlp(width=12, classes=3):
    return nn.Sequential(nn.Linear(10, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh(), nn.Linear(width, classes))


def conv():
    features = nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 8, 3, padding=1), nn.ReLU()
    )
    return nn.Sequential(features, nn.Flatten(), nn.Linear(8 * 16, 5))


class Block(nn.Module):
    """Two convolutions and a shortcut, in place wherever that can be, one ReLU called twice."""

    def __init__(self, fan_in, fan_out, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(fan_in, fan_out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(fan_out)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(fan_out, fan_out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(fan_out)
        self.down = None
        if stride > 1 or fan_in != fan_out:
            self.down = nn.Sequential(nn.Conv2d(fan_in, fan_out, 1, stride, bias=False), nn.BatchNorm2d(fan_out))

    def forward(self, x):
        shortcut = x if self.down is None else self.down(x)
        out = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        out += shortcut
        return self.relu(out)


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.bn = nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8)
        self.blocks = nn.Sequential(Block(8, 8), Block(8, 12, 2))
        self.fc = nn.Linear(12, 5)

    def forward(self, x):
        x = self.blocks(f.max_pool2d(f.relu(self.bn(self.conv(x))), 2))
        return self.fc(f.adaptive_avg_pool2d(x, 1).flatten(1))


def transformer():
    layer = nn.TransformerEncoderLayer(16, 2, 24, dropout=0.1, activation="gelu", batch_first=True, norm_first=True)
    encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
    return nn.Sequential(nn.Embedding(30, 16), encoder, nn.Linear(16, 30))


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.fc = nn.LSTM(5, 7, 2, batch_first=True), nn.Linear(7, 3)

    def forward(self, x):
        out, _ = self.lstm(x)
        return self.fc(out[:, -1])


INPUTS = {
    "mlp": lambda: torch.randn(20, 10),
    "conv": lambda: torch.randn(6, 3, 8, 8),
    "resnet": lambda: torch.randn(6, 3, 12, 12),
    "transformer": lambda: torch.randint(30, (4, 9)),
    "lstm": lambda: torch.randn(6, 8, 5),
}
MODELS = {"mlp": mlp, "conv": conv, "resnet": ResNet, "transformer": transformer, "lstm": Recurrent}


def made(name, seed=0):
    """Return a model and an input for it."""
    torch.manual_seed(seed)
    return MODELS[name](), INPUTS[name]()


def fixed_loss(seed=1):
    """Return a loss whose gradient is the same N(0, 1) cotangent at every call."""

    def loss(output):
        cotangent = torch.randn(output.shape, generator=torch.Generator().manual_seed(seed)).to(output)
        return (output * cotangent).sum()

    return loss


def names(ds):
    return ds["layer_name"].values.tolist()


def at(ds, name, statistic):
    """Return a statistic of one layer, of the first seed."""
    return float(ds[statistic].isel(init=0, activation=0, seed=0).values[names(ds).index(name)])
