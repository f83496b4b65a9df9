import { Component, type ReactNode } from "react";
import { withTranslation, type WithTranslation } from "react-i18next";

type Props = WithTranslation & { children: ReactNode };

/** Catches a fault of the pages themselves, so that nobody sits before an empty window. */
class Net extends Component<Props, { fallen: boolean }> {
  override state = { fallen: false };

  static getDerivedStateFromError() {
    return { fallen: true };
  }

  override render() {
    const { t, children } = this.props;
    if (!this.state.fallen) return children;
    return (
      <main className="main" role="alert">
        <h1>{t("safety.title")}</h1>
        <p>{t("safety.text")}</p>
        <p><button type="button" className="kern-btn kern-btn--primary" onClick={() => location.reload()}>{t("safety.reload")}</button></p>
      </main>
    );
  }
}

export const Safety = withTranslation()(Net);
