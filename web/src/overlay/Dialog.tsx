import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { Icon } from "../icons/Icon";
import { useWords } from "../words/useWords";
import "../look/overlay.css";

type Props = { title: string; open: boolean; onClose: () => void; stage?: boolean; alert?: boolean; children: ReactNode };

/** A modal dialog: the focus goes in, stays in, and returns to where it came from. */
export function Dialog({ title, open, onClose, stage, alert, children }: Props) {
  const { t } = useWords();
  return (
    <ModalOverlay isOpen={open} onOpenChange={(next) => !next && onClose()} isDismissable={!alert} className="scrim" {...(stage ? { "data-stage": "" } : {})}>
      <Modal className="modal">
        <AriaDialog className="dialog" role={alert ? "alertdialog" : "dialog"}>
          <div className="dialog-head">
            <Heading slot="title" level={2}>{title}</Heading>
            <button type="button" className="kern-btn kern-btn--tertiary square" aria-label={t("action.close")} onClick={onClose}><Icon name="x" /></button>
          </div>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
