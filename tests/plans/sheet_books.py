"""Workbooks of points as tests open them: written for a plan, edited cell by cell, read in again."""

from pathlib import Path
from typing import Any

import openpyxl
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapdialog.core.wording import translator
from mapdialog.plans import point_sheet, point_sheet_applying, point_sheet_writing
from mapdialog.plans.answer_models import PlanTheme
from mapdialog.plans.answer_queue import Wanted
from mapdialog.plans.models import Plan
from mapdialog.plans.point_sheet_reading import read_points

SV = translator("sv")


def write(session: Session, plan: Plan, path: Path) -> int:
    labels = list(session.scalars(select(PlanTheme.label).where(PlanTheme.plan_id == plan.id)))
    rows = point_sheet.read_rows(session, plan, Wanted(protected=True))
    return point_sheet_writing.write_points(path, rows, slug=plan.slug, title=plan.name, themes=labels, _=SV)


class Book:
    """The workbook opened as a planner would, cells by point and column."""

    def __init__(self, path: Path) -> None:
        self.path, self.book = path, openpyxl.load_workbook(path)
        self.page = self.book.worksheets[0]
        self.columns = {cell.value: cell.column for cell in self.page[1]}

    def rows(self) -> dict[int, int]:
        return {self.page.cell(row, self.columns["id"]).value: row for row in range(3, self.page.max_row + 1)}

    def get(self, point_id: int, key: str) -> Any:
        return self.page.cell(self.rows()[point_id], self.columns[key]).value

    def set(self, point_id: int, key: str, value: Any) -> None:
        self.page.cell(self.rows()[point_id], self.columns[key]).value = value

    def save(self) -> Path:
        self.book.save(self.path)
        return self.path


def apply(session: Session, plan: Plan, path: Path, actor: int) -> point_sheet_applying.Applied:
    session.expire_all()
    return point_sheet_applying.apply(session, plan, read_points(path, plan.slug), actor_id=actor)
