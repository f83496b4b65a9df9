import { useLayoutEffect, useRef, useState } from "react";
import { Icon } from "../icons/Icon";
import { useWords } from "../words/useWords";
import { type Size, pageSize, pagesOf, shapeFor } from "./layout";
import { leanTiles } from "./machine";
import { type PersonView, handsOf } from "./people";
import { byPins } from "./pins";
import { Tile } from "./Tile";
import { useMeeting, useProfile } from "./useMeeting";

type Props = { people: PersonView[]; /** There is room for nobody else. */ onlyPinned: boolean };

/** Everybody in equal tiles, who is pinned in large; who does not fit is on the next page. */
export function Grid({ people, onlyPinned }: Props) {
  const { t } = useWords();
  const { pins } = useMeeting();
  const lean = useProfile() === "lean";
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>({ width: 1232, height: 634 });
  const [page, setPage] = useState(0);
  useLayoutEffect(() => {
    const measure = () => box.current && setSize({ width: box.current.clientWidth, height: box.current.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(box.current!);
    measure();
    return () => observer.disconnect();
  }, []);
  const { pinned, others } = byPins(people, pins);
  const pages = pagesOf(onlyPinned ? [] : others, pageSize(size, pinned.length, lean ? leanTiles : undefined));
  const current = Math.min(page, pages.length - 1);
  const shown = [...pinned, ...pages[current]!];
  // If everybody is pinned, nobody is larger than the others.
  const large = shown.length > pinned.length ? pinned.length : 0;
  const { columns, rows } = shapeFor(shown.length, size, large);
  const hands = handsOf(people);
  const place = (person: PersonView) => {
    const index = hands.indexOf(person);
    return index < 0 ? undefined : index + 1;
  };
  return (
    <div className="gridbox">
      <div className="gridspace" ref={box}>
        <ul className={`grid${large > 0 ? " with-pins" : ""}`} aria-label={t("panel.people")} style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`, gridTemplateRows: `repeat(${rows}, minmax(0, 1fr))` }}>
          {shown.map((person) => <Tile key={person.identity} person={person} hand={place(person)} />)}
        </ul>
      </div>
      {pages.length > 1 && (
        <nav className="pager" aria-label={t("grid.pages")}>
          <button type="button" className="iconbutton" aria-label={t("grid.previous")} disabled={current === 0} onClick={() => setPage(current - 1)}><Icon name="chevron-left" /></button>
          <span>{t("grid.page", { page: current + 1, of: pages.length })}</span>
          <button type="button" className="iconbutton" aria-label={t("grid.next")} disabled={current === pages.length - 1} onClick={() => setPage(current + 1)}><Icon name="chevron-right" /></button>
        </nav>
      )}
    </div>
  );
}
