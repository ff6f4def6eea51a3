"""nn.LSTM with Adam on one thread, as PyTorch's users write it. Answers the lines of childContestant.js."""

import sys
import time
from array import array

import torch

torch.set_num_threads(1)
numbers = array("d")
with open(sys.argv[1], "rb") as file:
    numbers.frombytes(file.read())
H, T, STRIDE, B, PERIOD, COUNT = (int(number) for number in numbers[:6])
initial = torch.tensor(numbers[6 : 6 + COUNT], dtype=torch.float32)
stream = torch.tensor(numbers[6 + COUNT :], dtype=torch.float32).view(PERIOD, B, 1)

lstm = torch.nn.LSTM(1, H)
head = torch.nn.Linear(H, 1)
parameters = [*lstm.parameters(), *head.parameters()]
with torch.no_grad():
    at = 0
    for parameter in parameters:  # the canonical order is PyTorch's
        parameter.copy_(initial[at : at + parameter.numel()].view_as(parameter))
        at += parameter.numel()
adam = torch.optim.Adam(parameters, lr=1e-3)
state = (torch.zeros(1, B, H), torch.zeros(1, B, H))
states = [state]  # before each of the newest T + 1 events
events = 0


def learn():
    first = events - T
    steps = torch.arange(first, first + T + 1) % PERIOD
    adam.zero_grad()
    hidden, _ = lstm(stream[steps[:-1]], states[0])
    loss = torch.nn.functional.mse_loss(head(hidden), stream[steps[1:]])
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    adam.step()


def event():
    global state, events
    if events >= T and events % STRIDE == 0:
        learn()
    with torch.no_grad():
        hidden, state = lstm(stream[events % PERIOD].unsqueeze(0), state)
        output = head(hidden[0])
    states.append(state)
    if len(states) > T + 1:
        states.pop(0)
    events += 1
    return output


for line in sys.stdin:
    command, runs = line.split()
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(int(runs)):
        output = event()
    seconds = min(time.perf_counter() - wall, time.process_time() - cpu)
    print(seconds if command == "time" else " ".join(repr(x) for x in output.flatten().tolist()), flush=True)
