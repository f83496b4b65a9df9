"""Writes what python-dateutil answers to random rules, but SECONDLY ones: `python3 vectors.py > dateutil.txt`.

Made with python-dateutil 2.9.0.post0. Rules of kinds in which dateutil and RFC 5545 differ
(docs/recurrence.md) are left out; the Rust tests look at those one by one.
Each line: start; end of the search; rule; how many dates (at most 40); a checksum of them; the last one.
"""
import random
import signal
import warnings
from datetime import datetime, timedelta
from itertools import islice

import dateutil
from dateutil.rrule import rrulestr

DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
RULES, MOST = 1000, 40


def some(dice, low, high, most, signed=False):
    values = set()
    for _ in range(dice.randint(1, most)):
        value = dice.randint(low, high)
        values.add(-value if signed and dice.random() < 0.4 else value)
    return ",".join(str(value) for value in sorted(values))


def days(dice, ordinals):
    chosen = sorted(dice.sample(DAYS, dice.randint(1, 4)))
    if ordinals:
        chosen = [f"{dice.choice([1, 2, 3, 4, 5, -1, -2, -5])}{day}" for day in chosen]
    return ",".join(chosen)


def rule(dice):
    freq = dice.choice(["YEARLY", "MONTHLY", "WEEKLY", "DAILY"] * 5 + ["HOURLY", "MINUTELY"])
    parts = [f"FREQ={freq}"]
    if dice.random() < 0.6:
        parts.append(f"INTERVAL={dice.choice([1, 2, 3, 4, 5, 7, 13, 30, 90])}")
    if dice.random() < 0.5:
        parts.append(f"COUNT={dice.randint(1, 30)}")
    if dice.random() < 0.3:
        parts.append(f"BYMONTH={some(dice, 1, 12, 4)}")
    if freq == "YEARLY" and dice.random() < 0.2:
        # With BYWEEKNO alone dateutil takes all seven days of the week, and it miscounts the last week.
        parts.append(f"BYWEEKNO={some(dice, 1, 51, 4)};BYDAY={days(dice, False)}")
    elif dice.random() < 0.4:
        parts.append(f"BYDAY={days(dice, freq in ('YEARLY', 'MONTHLY') and dice.random() < 0.5)}")
    if freq not in ("DAILY", "WEEKLY", "MONTHLY") and dice.random() < 0.2:
        parts.append(f"BYYEARDAY={some(dice, 1, 366, 5, True)}")
    if freq != "WEEKLY" and dice.random() < 0.3:
        parts.append(f"BYMONTHDAY={some(dice, 1, 31, 6, True)}")
    if dice.random() < 0.2:
        parts.append(f"BYHOUR={some(dice, 0, 23, 3)}")
    if dice.random() < 0.2:
        parts.append(f"BYMINUTE={some(dice, 0, 59, 3)}")
    if dice.random() < 0.1:
        parts.append(f"BYSECOND={some(dice, 0, 59, 3)}")
    # In the first week dateutil counts positions from the start, not from the beginning of the week.
    if freq in ("YEARLY", "MONTHLY", "DAILY") and any(part.startswith("BY") for part in parts) and dice.random() < 0.2:
        parts.append(f"BYSETPOS={some(dice, 1, 6, 2, True)}")
    if dice.random() < 0.3:
        parts.append(f"WKST={dice.choice(DAYS)}")
    return ";".join(parts)


def checksum(dates):
    value = 0xCBF29CE484222325
    for byte in ",".join(dates).encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return f"{value:016x}"


def give_up(*_):
    raise TimeoutError


def main():
    signal.signal(signal.SIGALRM, give_up)
    # COUNT and UNTIL together are forbidden; here UNTIL only bounds the search.
    warnings.simplefilter("ignore", DeprecationWarning)
    dice = random.Random(5545)
    print(f"# python-dateutil {dateutil.__version__}, {RULES} rules, seed 5545")
    made = 0
    while made < RULES:
        start = datetime(dice.randint(1997, 2027), dice.randint(1, 12), dice.randint(1, 28), dice.randint(0, 23), dice.choice([0, 15, 30, 59]))
        text = rule(dice)
        # Rare rules of the finer frequencies would take dateutil hours.
        is_fine = text.startswith(("FREQ=H", "FREQ=MI"))
        until = (start + (timedelta(days=3) if is_fine else timedelta(days=366 * 8))).replace(hour=0, minute=0)
        # It looks for what never comes until the year 9999: such a rule is left out.
        signal.setitimer(signal.ITIMER_REAL, 1)
        try:
            unfolded = rrulestr(text, dtstart=start).replace(until=until - timedelta(seconds=1))
            dates = [date.strftime("%Y%m%dT%H%M%S") for date in islice(unfolded, MOST)]
        except (ValueError, TimeoutError):
            continue
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        made += 1
        print("; ".join([start.strftime("%Y%m%dT%H%M%S"), until.strftime("%Y%m%d"), text.replace(";", "|"), str(len(dates)), checksum(dates), dates[-1] if dates else "-"]))


main()
