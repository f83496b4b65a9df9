import { useWords } from "../words/useWords";

export function Loading() {
  const { t } = useWords();
  return <p className="loading" role="status">{t("page.loading")}</p>;
}
