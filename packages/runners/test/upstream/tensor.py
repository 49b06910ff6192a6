"""The few operations of a torch tensor that the wrappers use, on a list of floats."""


class Tensor:
    def __init__(self, values, shape):
        self.values, self.shape = values, shape

    def _each(self, change):
        return Tensor([change(value) for value in self.values], self.shape)

    def _strides(self):
        strides, step = [], 1
        for length in reversed(self.shape):
            strides.insert(0, step)
            step *= length
        return strides

    def detach(self):
        return self

    def float(self):
        return self

    def cpu(self):
        return self

    def mul(self, factor):
        return self._each(lambda value: value * factor)

    def add(self, term):
        return self._each(lambda value: value + term)

    def div(self, divisor):
        return self._each(lambda value: value / divisor)

    def clamp(self, low, high):
        return self._each(lambda value: min(high, max(low, value)))

    def byte(self):
        return self._each(int)

    def select(self, dim, index):
        order = [dim] + [axis for axis in range(len(self.shape)) if axis != dim]
        first = self.permute(*order)
        size = len(first.values) // first.shape[0]
        return Tensor(first.values[index * size : (index + 1) * size], first.shape[1:])

    def permute(self, *order):
        strides, shape = self._strides(), [self.shape[axis] for axis in order]
        values = []

        def walk(depth, offset):
            if depth == len(order):
                values.append(self.values[offset])
                return
            for index in range(shape[depth]):
                walk(depth + 1, offset + index * strides[order[depth]])

        walk(0, 0)
        return Tensor(values, shape)

    def reshape(self, size):
        assert size == -1
        return Tensor(self.values, [len(self.values)])

    def tolist(self):
        return list(self.values)
