import { Link } from "wouter";
import { useWords } from "../words/useWords";
import { PageHead } from "./PageHead";

export default function NotFound() {
  const { t } = useWords();
  return (
    <>
      <PageHead title={t("notFound.title")} lead={t("notFound.lead")} />
      <Link className="kern-btn kern-btn--primary" href="/">{t("notFound.home")}</Link>
    </>
  );
}
