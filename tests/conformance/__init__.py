"""Does the embedded cluster do what the real Metacontroller does?

`tests/data/conformance/` holds what was recorded from the real one (see `tests/data/README.md`),
one file a scenario and apply strategy. Here each is played on the cluster in memory, by virtual
time, and compared step by step.

    player.py        does what the users of a scenario do, and drives the loop until a step is quiet
    hook.py          the verbatim hook: it answers what the object itself says
    cluster.py       the test kinds, and an audit log
    snapshot.py      objects as the recording shows them
    compare.py       what has to agree, and what is a matter of timing
    chance.py        which calls are decided by timing, though two runs agreed
    deviations.py    the table of what differs, and why

A file of the recording:

| key | meaning |
| --- | --- |
| `scenario` | `initial` objects, the `controller`, `steps` of users' `actions`, `kinds` to show |
| `steps[].settles` | false: a loop, of which the objects are one moment |
| `steps[].repeats` | whether two runs of the real one agreed in this |
| `steps[].calls`, `writes` | in order; at most 14 and 28 (`callsTotal`, `writesTotal`: of more) |
| `steps[].warnings` | events made or repeated on parents; `controllerWarnings` on controllers |
| `steps[].objects` | at the end of the step, without what differs in each run |

The real one takes time: creating three children brings two or three calls, as the events of the
watch arrive together or not. So where two runs of it differed, the first and the last call agree.
Where they did not, all calls do, one by one, but for the few of which `chance.py` tells that timing
decides also there. Writes are compared as sets, and in order where order is promised. Objects, and
whether a step comes to rest, agree to the letter.
"""
