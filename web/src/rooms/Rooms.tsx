import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Room } from "../api/contract";
import { listRooms, retireRoom } from "../api/rooms";
import { Notice } from "../form/Notice";
import { Icon } from "../icons/Icon";
import { Confirm } from "../overlay/Confirm";
import { PageHead } from "../shell/PageHead";
import { useWords } from "../words/useWords";
import { Requests } from "./Requests";
import { RoomDialog } from "./RoomDialog";
import { RulesDialog } from "./RulesDialog";
import "../look/table.css";

/** All rooms; room managers add, change and retire them. */
export default function Rooms({ mayManage }: { mayManage: boolean }) {
  const { t, explain } = useWords();
  const queries = useQueryClient();
  const rooms = useQuery({ queryKey: ["rooms"], queryFn: listRooms });
  const [editing, setEditing] = useState<Room | "new">();
  const [ruling, setRuling] = useState<Room>();
  const [retiring, setRetiring] = useState<Room>();
  const renew = () => queries.invalidateQueries({ queryKey: ["rooms"] });
  return (
    <>
      <PageHead title={t("rooms.title")} lead={t("rooms.lead")} tools={mayManage && <button type="button" className="kern-btn kern-btn--primary" onClick={() => setEditing("new")}><Icon name="plus" size={20} />{t("rooms.add")}</button>} />
      <Requests />
      {rooms.error && <Notice kind="danger">{explain(rooms.error)}</Notice>}
      {rooms.data?.length === 0 && <Notice>{t(mayManage ? "rooms.noneManage" : "rooms.none")}</Notice>}
      {rooms.data && rooms.data.length > 0 && (
        <section className="card">
          <table className="list" aria-label={t("rooms.title")}>
            <thead><tr><th scope="col">{t("rooms.name")}</th><th scope="col">{t("rooms.kindTitle")}</th><th scope="col">{t("rooms.site")}</th><th scope="col" className="n">{t("rooms.capacity")}</th><th scope="col">{t("rooms.notes")}</th>{mayManage && <th scope="col"><span className="visually-hidden">{t("table.actions")}</span></th>}</tr></thead>
            <tbody>
              {rooms.data.map((room) => (
                <tr key={room.id}>
                  <th scope="row">{room.name}</th>
                  <td><span className="mark"><Icon name={room.kind === "physical" ? "map-pin" : "video"} size={16} />{t(`rooms.kind.${room.kind}`)}</span></td>
                  <td data-label={room.site ? t("rooms.site") : undefined}>{room.site}</td>
                  <td className="n" data-label={t("rooms.capacity")}>{room.capacity}</td>
                  <td className="wrap" data-label={room.notes ? t("rooms.notes") : undefined}>{room.notes}</td>
                  {mayManage && (
                    <td className="acts">
                      <button type="button" className="kern-btn kern-btn--tertiary square small" aria-label={t("rooms.changeNamed", { name: room.name })} onClick={() => setEditing(room)}><Icon name="pencil" size={20} /></button>
                      <button type="button" className="kern-btn kern-btn--tertiary square small" aria-label={t("rules.title", { name: room.name })} onClick={() => setRuling(room)}><Icon name="clock" size={20} /></button>
                      <button type="button" className="kern-btn kern-btn--tertiary square small" aria-label={t("rooms.retireNamed", { name: room.name })} onClick={() => setRetiring(room)}><Icon name="trash-2" size={20} /></button>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {editing && <RoomDialog room={editing === "new" ? undefined : editing} onClose={() => setEditing(undefined)} onSaved={renew} />}
      {ruling && <RulesDialog room={ruling} onClose={() => setRuling(undefined)} onSaved={renew} />}
      <Confirm title={t("rooms.retireTitle", { name: retiring?.name })} text={t("rooms.retireText")} action={t("rooms.retire")} open={retiring !== undefined} onClose={() => setRetiring(undefined)} onConfirm={async () => { await retireRoom(retiring!); await renew(); }} />
    </>
  );
}
