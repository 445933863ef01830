"""The simulator can fail: a shop that is wrong in one way is found out, and by the property that says so."""

import pytest

from dev.simulator.schedule import Schedule
from dev.simulator.shop import Parts
from tests.simulator import mutants

SCHEDULES = 1000  # Within which each must be found out. Most are within fifty.

MUTANTS = [
    pytest.param(Parts(reservations=mutants.NoTombstone), {"S4"}, id="no tombstone"),
    pytest.param(Parts(reservations=mutants.ReleasesTwice), {"S1"}, id="double release"),
    pytest.param(Parts(reservations=mutants.SweepsConfirmed), {"S3"}, id="confirmed holds expire"),
    pytest.param(Parts(reservations=mutants.Oversells), {"S1"}, id="oversold"),
    pytest.param(Parts(reservations=mutants.HoldsLineByLine), {"S1"}, id="line by line"),
    pytest.param(Parts(store=mutants.KeyNotUnique), {"S5"}, id="key not unique"),
    pytest.param(Parts(store=mutants.NoFence), {"S8"}, id="no version fence"),
    pytest.param(Parts(store=mutants.PutsOffFinished), {"L1"}, id="finished work put off"),
    pytest.param(
        Parts(store=mutants.GoesAnywhere, operations=mutants.CancelsWhileCapturing),
        {"S2", "S3", "S8"},
        id="cancel while capturing",
    ),
    pytest.param(Parts(operations=mutants.AcknowledgesUnstored), {"S5"}, id="ack before commit"),
    pytest.param(Parts(operations=mutants.ForgetsValues), {"S5"}, id="key with other values"),
    pytest.param(Parts(walker=mutants.TakesSilenceForNo), {"S3", "S4"}, id="release while payment is unknown"),
    pytest.param(Parts(walker=mutants.AnnouncesFirst), {"S7"}, id="publish before commit"),
    pytest.param(Parts(walker=mutants.TellsWhatIsNotStored), {"S6"}, id="told before commit"),
    pytest.param(Parts(clients=mutants.NeverConfirms), {"S3"}, id="no confirm"),
    pytest.param(Parts(clients=mutants.PaysUnderNewNames), {"L1"}, id="payment without key"),
    pytest.param(Parts(provider=mutants.CapturesAgain), {"S2"}, id="double capture"),
    pytest.param(Parts(provider=mutants.RefundsAgain), {"S2"}, id="refund without key"),
    pytest.param(Parts(relay=mutants.FollowsACursor), {"L1"}, id="cursor-based outbox"),
    pytest.param(Parts(relay=mutants.ForgetsBeforeDelivery), {"S7"}, id="delivery marked first"),
    pytest.param(Parts(inbox=mutants.TakesInAgain), {"S7"}, id="inbox without dedupe"),
    pytest.param(Parts(inbox=mutants.AcknowledgesEventsUnstored), {"S7"}, id="event acknowledged before commit"),
    pytest.param(Parts(notifications=mutants.WritesAgain), {"S7"}, id="written twice"),
    pytest.param(Parts(notifications=mutants.SendsUnderNewKeys), {"S7"}, id="sent without key"),
]


@pytest.mark.parametrize(("parts", "codes"), MUTANTS)
def test_is_found_out(parts: Parts, codes: set[str]) -> None:
    for seed in range(SCHEDULES):
        found = {violation.code for violation in Schedule(seed, parts).run().violations}
        if found & codes:
            return
    pytest.fail(f"no schedule showed that {', '.join(sorted(codes))} does not hold")
