"""A training that is left after a step and made again, against one that was not."""
import pytest

from nanoae.training import Interrupted
from tests.kill_harness import tensors_equal


def assert_goes_on(make, leave):
    """make() gives a fresh training. Left after `leave` steps, one made again goes on from what was saved, to the bits
    of one that was never left."""
    whole, first, again, saved = make(), make(), make(), {}
    whole.run()

    def after_step():
        if first.position.step == leave:
            saved.update(tensors=first.tensors(), state=first.state())
            raise Interrupted

    with pytest.raises(Interrupted):
        first.run(after_step=after_step)
    again.compare(**saved)
    again.load(**saved)
    again.run()
    assert tensors_equal(again.tensors(), whole.tensors())
    assert [line["train_loss"] for line in again.history] == [line["train_loss"] for line in whole.history]
