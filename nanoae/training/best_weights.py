"""The weights of the best epoch so far, and when to stop waiting for a better one (early stopping)."""
class BestWeights:
    """arrays: {name: array} of a training. After `patience` epochs without a lower validation loss it is over, and what
    is kept is put back."""

    def __init__(self, arrays, patience):
        if patience < 1:
            raise ValueError(f"patience is at least 1 epoch; got {patience}")
        self.live, self.patience = arrays, patience
        self.kept = {name: array.copy() for name, array in arrays.items()}
        self.epoch, self.loss = 0, None
        self.noted, self.back = 0, False    # the last epoch that was judged; are the best weights the network's again?

    def note(self, epoch, loss):
        """After an epoch: keeps its weights where its validation loss is the lowest so far."""
        self.noted = epoch
        if self.loss is None or loss < self.loss:
            self.epoch, self.loss = epoch, loss
            for name, array in self.live.items():
                self.kept[name][...] = array

    def over(self, epoch):
        return epoch - self.epoch >= self.patience

    def put_back(self):
        for name, array in self.live.items():
            array[...] = self.kept[name]
        self.back = True

    def arrays(self):
        """What is saved, under best.NAME."""
        return {f"best.{name}": array for name, array in self.kept.items()}

    def state(self):
        return {"epoch": self.epoch, "loss": self.loss, "noted": self.noted, "back": self.back}

    def load(self, state):
        self.epoch, self.loss = state["epoch"], state["loss"]
        self.noted, self.back = state["noted"], state["back"]
