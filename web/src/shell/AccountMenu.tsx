import { useQueryClient } from "@tanstack/react-query";
import { Button, Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from "react-aria-components";
import { useLocation } from "wouter";
import type { Session } from "../api/contract";
import { signOut } from "../api/people";
import { Icon } from "../icons/Icon";
import { sessionKey } from "../session/useSession";
import { chooseLanguage } from "../words/language";
import { useWords } from "../words/useWords";
import { initials } from "./initials";
import { sectionsFor } from "./places";
import "../look/overlay.css";

export function AccountMenu({ session }: { session: Session }) {
  const { t, language } = useWords();
  const [, go] = useLocation();
  const queries = useQueryClient();
  const leave = async () => {
    await signOut().catch(() => undefined); // Without a session there is nothing to end.
    queries.clear();
    queries.setQueryData(sessionKey, null);
    go("/sign-in");
  };
  return (
    <MenuTrigger>
      <Button className="me" aria-label={t("nav.account", { initials: initials(session.person.name), name: session.person.name })}>{initials(session.person.name)}</Button>
      <Popover placement="bottom end">
        <Menu className="menu">
          <MenuSection>
            <Header className="menu-head"><b>{session.person.name}</b><small>{session.person.email}</small></Header>
            {sectionsFor(session.may).flatMap((section) => section.places).filter((place) => !place.short).map((place) => (
              <MenuItem key={place.path} id={place.path} className="phone-only" onAction={() => go(place.path)}><Icon name={place.icon} size={20} />{t(place.words)}</MenuItem>
            ))}
            <MenuItem id="language" onAction={() => chooseLanguage(language === "de" ? "en" : "de")}><Icon name="globe" size={20} /><span lang={language === "de" ? "en" : "de"}>{language === "de" ? "English" : "Deutsch"}</span></MenuItem>
            <MenuItem id="accessibility" className="phone-only" onAction={() => go("/accessibility")}><Icon name="accessibility" size={20} />{t("nav.accessibility")}</MenuItem>
            <MenuItem id="leave" onAction={() => void leave()}><Icon name="log-out" size={20} />{t("nav.signOut")}</MenuItem>
          </MenuSection>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
