import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";

/** One action that a toast offers. */
interface ToastAction {
  label: string;
  run: () => void;
}

/** Says what happened, for six seconds, one at a time. A failure is never only a toast: report a problem too. */
export function toast(message: string, action?: ToastAction): void {
  const id = "toast";
  notifications.hide(id);
  notifications.show({
    id,
    closeButtonProps: { "aria-label": "Close this message" },
    message: (
      <>
        <span>{message}</span>
        {action && (
          <Button
            variant="subtle"
            c="var(--accent)"
            onClick={() => {
              notifications.hide(id);
              action.run();
            }}
          >
            {action.label}
          </Button>
        )}
      </>
    ),
  });
}
