"""What a result says of how a network of blocks is built: roles of layers, blocks and streams."""

from __future__ import annotations

ROLES = {
    "chain": "on the way from the inputs to the outputs, in a model without a stream",
    "stream": "on the stream, or on the way to it or from it",
    "branch": "in a branch that joins a stream",
    "gate": "gives what weighs other values: queries and keys, routers, squeeze and excite, modulations",
    "lookup": "a table from which rows are taken",
    "head": "the last weights, whose values are the outputs",
    "norm": "a normalization by itself, before a branch or on the stream",
    "aside": "no way is known from it to the outputs: what it gives is not used, or not where it is seen",
}
"""Every role, and what it means."""

BUILT = {
    "role": f"what the layer is for: {'; '.join(f'{role}, {words}' for role, words in ROLES.items())}",
    "of_block": "number of the block in whose branch the layer is; 0 for none",
    "chain": "layers of one number follow each other, without attention between them; 0 outside branches and towers",
    "averaged": "positions that are averaged over behind the layer",
    "rescaled": "whether all that reads the layer normalizes it, so that its size has no effect",
    "ends": "whether no weights come behind the layer, on the main way or in its branch, but those that weigh it",
    "next_layer": "number of the layer whose weights take its values next, the first of several; 0 for none",
    "gives": "whether values of the layer come to an output with no weights in between",
    "hit": "seeds under which the layer is there: others leave it out, by a drop of layers or a choice of experts",
    "block": "number of the block: a branch, and the stream that it joins",
    "block_name": "name of the last layer in the block's branch",
    "block_layer": "number of the last layer before the branch joins the stream",
    "block_parent": "number of the block in whose branch the block is; 0 for none",
    "block_width": "units of the stream behind the block; of a branch put beside it, the branch's",
    "block_averaged": "positions that are averaged over behind the block",
    "block_stream": "number of the block's stream: an encoder and a decoder have one each",
    "block_constant": "whether that stream starts as the same for every sample, as a token of the class does",
    "block_normalized": "whether the branch normalizes what it reads or gives, or the stream is normalized behind it",
    "block_beside": "whether the stream has passed weights since where the branch left it, as a shortcut's does, or a "
    "sum of what several layers read out",
    "block_divided": "whether the stream itself is divided by its size, sample by sample, on its way to the next block",
}
"""What a result says of how a network of blocks is built, by coordinate."""
