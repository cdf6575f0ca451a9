"""The arithmetic of the training code, where PyTorch is installed."""

import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("cv2")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from training import boxes, metrics, sampler, suppression  # noqa: E402


def random_boxes(count, seed):
    """`[count, 4]` boxes in a picture of 100 by 100."""
    generator = torch.Generator().manual_seed(seed)
    corner = torch.rand(count, 2, generator=generator) * 80
    return torch.cat((corner, corner + 5 + torch.rand(count, 2, generator=generator) * 30), 1)


def test_grid_decodes_as_nvinfer_does():
    distances = torch.full((1, 4, 2, 3), 1.0)
    decoded = boxes.decode_grid(distances, 8)[0, 0]
    assert decoded[4].tolist() == [8.5 - 35, 8.5 - 35, 8.5 + 35, 8.5 + 35]


def test_perfect_answers_score_one_and_ignored_ones_do_not_count():
    score = metrics.AveragePrecision(1)
    truth = np.array([[0, 0, 10, 10], [20, 20, 40, 40.0]])
    found = np.array([[0, 0, 10, 10], [21, 21, 39, 39.0]])
    score.add(found, np.array([0.5, 0.9]), np.zeros(2), truth, np.zeros(2), np.array([False, True]))
    assert score.result(["thing"]) == {"mAP50": 1.0, "mAP": 1.0, "classes": {"thing": {"AP50": 1.0, "AP": 1.0, "count": 1}}}


def test_suppression_in_the_graph_is_greedy_suppression():
    for seed in range(5):
        box, score = random_boxes(40, seed), torch.rand(40, generator=torch.Generator().manual_seed(seed))
        kept = boxes.suppress(box, score, 0.5)
        scores, _, chosen, _ = suppression.Best(40, 40)(score[None, None], box[None])
        count = int((scores > 0).sum())
        assert count == len(kept)
        assert torch.equal(chosen[0, :count], box[kept])


def test_identities_come_in_equal_batches():
    identities = torch.arange(50).repeat_interleave(3)
    choose = sampler.Identities(identities, identities // 10, 48, torch.Generator().manual_seed(0), videos=3)
    batch = choose()
    assert len(batch) == 48
    assert all(len(set(identities[batch[i : i + 4]].tolist())) == 1 for i in range(0, 48, 4))


def test_confusion_gives_mean_iou():
    score = metrics.Confusion(2)
    score.add(np.array([0, 0, 1, 1, 255]), np.array([0, 1, 1, 1, 0]))
    assert score.mean_iou(["a", "b"]) == {"mIoU": round((1 / 2 + 2 / 3) / 2, 4), "classes": {"a": 0.5, "b": 0.6667}}
