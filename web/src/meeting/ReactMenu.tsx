import { Button, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { Icon } from "../icons/Icon";
import { useWords } from "../words/useWords";
import { type Reaction, everyReaction, reactions } from "./reactions";
import { useMeetingStore } from "./useMeeting";

/** Says something without a word; everybody sees it for a moment. */
export default function ReactMenu() {
  const { t } = useWords();
  const store = useMeetingStore();
  return (
    <MenuTrigger>
      <Button className="pair-more wide" aria-label={t("react.label")}><Icon name="smile" /></Button>
      <Popover placement="top" data-stage="">
        <Menu className="menu" aria-label={t("react.label")} onAction={(key) => void store.react(key as Reaction)}>
          {everyReaction.map((reaction) => <MenuItem key={reaction} id={reaction}><Icon name={reactions[reaction]} size={20} />{t(`react.${reaction}`)}</MenuItem>)}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
