"""How long a plan report of 2,000 statements and 10,000 points takes, and how much memory it needs.

`python -m benchmarks.plan_report` fills a plan in the database that MAPDIALOG_DATABASE_URL names (one made for it: what
is filled in stays), asks for the report in every edition and format, and lets a worker make it. Memory is the
most that the worker and the processes it starts held together, measured 20 times a second.
"""

import argparse
import random
import resource
import subprocess
import sys
import time
import uuid
from pathlib import Path

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

_ALL = "trafiken parkering skolan höjden skuggar bostäder byggnaden planen gatan grönområde buller vatten dagvatten"
WORDS = _ALL.split(" ")
BASE = 200
OUTCOMES = ("met", "partly_met", "not_met", "outside_plan", "noted")


def sentence(count: int) -> str:
    return f"{' '.join(random.choice(WORDS) for _ in range(count)).capitalize()}."


def fill(session: Session, statements: int, points: int) -> int:
    """A closed consultation with that many statements and points, each point with an answer; returns the plan's id."""
    from mapdialog.core.clock import now
    from mapdialog.plans import changes
    from mapdialog.plans.answer_models import PlanAnswer, PlanPoint, PlanTheme
    from tests.plan_seeds import make_plan, make_plan_phase, make_statement

    random.seed(7)
    plan = make_plan(session, f"Detaljplan för mätning {uuid.uuid4().hex[:6]}")
    phase = make_plan_phase(session, plan, "consultation")
    themes = [PlanTheme(plan_id=plan.id, label=one) for one in ("Trafik", "Höjder", "Grönt", "Buller")]
    session.add_all(themes)
    session.flush()
    per, base = points // statements, min(BASE, statements)
    labels = [one.id for one in themes]
    for number in range(base):
        place = (random.uniform(-380, 380), random.uniform(-380, 380)) if number % 3 else None
        made = make_statement(
            session, plan, sentence(220), at=place, contact_name=f"Person Nummer{number}",
            contact_email=f"p{number}@exempel.se", party_group="resident_affected" if number % 2 else "public",
        )  # fmt: skip
        made.summary = sentence(25)
        for seq in range(1, per + 1):
            outcome = OUTCOMES[(number + seq) % 5]
            reason = "" if outcome == "met" else sentence(14)
            answer = PlanAnswer(plan_id=plan.id, text=sentence(35), outcome=outcome, reason=reason, status="final")
            session.add(answer)
            session.flush()
            session.add(
                PlanPoint(
                    plan_id=plan.id, statement_id=made.id, seq=seq, summary=sentence(40), quote=sentence(20),
                    theme_id=labels[seq % 4], answer_id=answer.id,
                )
            )  # fmt: skip
    session.flush()
    for copy in range(1, statements // base):
        _copy(session, plan.id, base, copy)
    # Points are met, so a finished report has to say what was changed.
    changes.save_text(session, plan, phase.id, sentence(60), version=None, actor_id=None)
    phase.status, phase.closed_at = "closed", now()
    session.commit()
    return plan.id


def _copy(session: Session, plan_id: int, base: int, copy: int) -> None:
    """The first `base` statements and their points once more, as others: the door takes too long for thousands."""
    from mapdialog.contributions.models import Contribution
    from mapdialog.plans.answer_models import PlanPoint
    from mapdialog.plans.statement_models import PlanStatement

    of, source = Contribution.__table__, PlanStatement.__table__
    new = {"client_id": func.gen_random_uuid(), "receipt": of.c.receipt + f"-{copy}"}
    names = [one.name for one in of.columns if one.name not in ("id", "lon_e6", "lat_e6", "grid_key")]
    first = (source.c.plan_id == plan_id, source.c.number <= base)
    session.execute(
        of.insert().from_select(
            names,
            select(*(new.get(one, of.c[one]) for one in names)).join(source, source.c.id == of.c.id).where(*first),
        )
    )
    copied = of.alias()
    again = select(source.c.id.label("was"), copied.c.id.label("now")).join_from(source, of, of.c.id == source.c.id)
    again = again.join(copied, copied.c.receipt == of.c.receipt + f"-{copy}").where(*first).subquery()
    for table, key, others in (
        (source, "id", {"number": source.c.number + copy * base}),
        (PlanPoint.__table__, "statement_id", {}),
    ):
        columns = [one.name for one in table.columns if one.name != "id" or key == "id"]
        values = [again.c.now if one == key else others.get(one, table.c[one]) for one in columns]
        rows = select(*values).join_from(table, again, again.c.was == table.c[key])
        session.execute(table.insert().from_select(columns, rows))


def memory_mb(pid: int) -> float:
    """What a process and its children hold now (proportional set size where the kernel tells it)."""
    total = 0.0
    pids = [pid]
    while pids:
        one = pids.pop()
        try:
            tasks = Path(f"/proc/{one}/task").iterdir()
            children = " ".join((task / "children").read_text() for task in tasks)
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:
            continue
        pids += [int(child) for child in children.split()]
        total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024
    return total


def measure(config, engine, plan_id: int, edition: str, file_format: str) -> None:
    """Ask for a report and let a worker of its own do what waits; print time, memory, progress seen and size."""
    from mapdialog.core.clock import now
    from mapdialog.plans.models import Plan
    from mapdialog.plans.report_models import PlanReport
    from mapdialog.reports import plan_reports

    with Session(engine) as session:
        plan = session.get_one(Plan, plan_id)
        asked = plan_reports.ask_for(
            session, plan, "samradsredogorelse", edition, file_format, reason="Mätning.", actor_id=None, at=now(),
            is_draft=False,
        )  # fmt: skip
        session.commit()
        report_id = asked.id
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began, most, seen = time.monotonic(), 0.0, set()
    worker = subprocess.Popen([sys.executable, "-m", "mapdialog.commands.main", "worker", "--once"])
    while worker.poll() is None:
        most = max(most, memory_mb(worker.pid))
        if int((time.monotonic() - began) * 20) % 20 == 0:
            with Session(engine) as session:
                seen.add(session.scalar(select(PlanReport.progress).where(PlanReport.id == report_id)))
        time.sleep(0.05)
    took = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    with Session(engine) as session:
        done = session.get_one(PlanReport, report_id)
        size = (done.size_bytes or 0) / 1e6
        print(
            f"{edition:5} {file_format:4} {done.state:7} {took:6.1f} s ({cpu:5.1f} s of CPU)  "
            f"at most {most:5.0f} MB  {size:5.1f} MB  "
            f"progress {sorted(one for one in seen if one is not None)} {done.error}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statements", type=int, default=2_000)
    parser.add_argument("--points", type=int, default=10_000)
    parser.add_argument("--plan", type=int, help="a plan that was filled before")
    chosen = parser.parse_args()
    from mapdialog.config import load_config

    config = load_config()
    engine = create_engine(config.database_url)
    with Session(engine) as session:
        plan_id = chosen.plan or fill(session, chosen.statements, chosen.points)
    print(f"plan {plan_id}")
    for edition, file_format in (("full", "docx"), ("full", "pdf"), ("web", "pdf"), ("web", "docx")):
        measure(config, engine, plan_id, edition, file_format)


if __name__ == "__main__":
    main()
