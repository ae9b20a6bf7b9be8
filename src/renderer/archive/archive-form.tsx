import { Button, NumberInput, PasswordInput, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { ArchiveView, SaveArchive } from "../../host/contract";
import { host } from "../api/host";
import { Choice } from "../inspector/choice";
import { queryClient, queryKeys } from "../state/queries";
import styles from "./archive.module.css";
import { Failure } from "./failure";

interface ArchiveFormProps {
  onAdded: (archive: ArchiveView) => void;
  onCancel: () => void;
}

const empty = {
  protocol: "dicomweb" as "dicomweb" | "dimse",
  name: "",
  url: "",
  login: "basic" as "none" | "basic" | "bearer",
  user: "",
  secret: "",
  host: "",
  port: 104 as number | string,
  calledAeTitle: "",
  callingAeTitle: "SLICEBENCH",
};
type Fields = typeof empty;

/** Describes an archive to the host, which keeps it. Nothing is contacted. */
export function ArchiveForm({ onAdded, onCancel }: ArchiveFormProps) {
  const [fields, setFields] = useState(empty);
  const change = (part: Partial<Fields>) => setFields((before) => ({ ...before, ...part }));
  const saving = useMutation({
    mutationFn: host.addArchive,
    onSuccess: async (archive) => {
      await queryClient.invalidateQueries({ queryKey: queryKeys.archives });
      onAdded(archive);
    },
  });
  return (
    <form
      className={styles.form}
      aria-label="Add archive"
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate(archiveOf(fields));
      }}
    >
      <div className={styles.fields}>
        <Choice
          label="Protocol"
          value={fields.protocol}
          choices={[
            { value: "dicomweb", label: "DICOMweb" },
            { value: "dimse", label: "DIMSE" },
          ]}
          onChange={(protocol) => change({ protocol })}
        />
        <TextInput
          size="xs"
          label="Name"
          description="As this workstation shows it"
          required
          maxLength={60}
          value={fields.name}
          onChange={({ currentTarget }) => change({ name: currentTarget.value })}
        />
        {fields.protocol === "dicomweb" ? (
          <DicomWebFields fields={fields} change={change} />
        ) : (
          <DimseFields fields={fields} change={change} />
        )}
      </div>
      {saving.error && <Failure title="The archive was not added" error={saving.error} />}
      <div className={styles.buttons}>
        <span>Kept on this machine, readable by you alone. Nothing is contacted yet.</span>
        <Button variant="outline" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" variant="filled" loading={saving.isPending}>
          Add archive
        </Button>
      </div>
    </form>
  );
}

interface FieldsProps {
  fields: Fields;
  change: (part: Partial<Fields>) => void;
}

function DicomWebFields({ fields, change }: FieldsProps) {
  return (
    <>
      <TextInput
        className={styles.wide ?? ""}
        size="xs"
        type="url"
        label="Address"
        description={
          /^http:/i.test(fields.url.trim())
            ? "Without https, images and password can be read on the way"
            : "Of the service's root, such as https://archive.example/dicom-web"
        }
        required
        value={fields.url}
        onChange={({ currentTarget }) => change({ url: currentTarget.value })}
      />
      <Choice
        label="Login"
        value={fields.login}
        choices={[
          { value: "basic", label: "Password" },
          { value: "bearer", label: "Token" },
          { value: "none", label: "None" },
        ]}
        onChange={(login) => change({ login })}
      />
      {fields.login === "basic" && (
        <TextInput
          size="xs"
          label="User"
          required
          autoComplete="off"
          value={fields.user}
          onChange={({ currentTarget }) => change({ user: currentTarget.value })}
        />
      )}
      {fields.login !== "none" && (
        <PasswordInput
          size="xs"
          label={fields.login === "basic" ? "Password" : "Token"}
          required
          autoComplete="off"
          visibilityToggleButtonProps={{ "aria-label": "Show it" }}
          value={fields.secret}
          onChange={({ currentTarget }) => change({ secret: currentTarget.value })}
        />
      )}
    </>
  );
}

function DimseFields({ fields, change }: FieldsProps) {
  return (
    <>
      <TextInput
        size="xs"
        label="Host"
        required
        value={fields.host}
        onChange={({ currentTarget }) => change({ host: currentTarget.value })}
      />
      <NumberInput
        size="xs"
        label="Port"
        required
        hideControls
        allowDecimal={false}
        min={1}
        max={65_535}
        value={fields.port}
        onChange={(port) => change({ port })}
      />
      <TextInput
        size="xs"
        label="Archive's AE title"
        required
        maxLength={16}
        value={fields.calledAeTitle}
        onChange={({ currentTarget }) => change({ calledAeTitle: currentTarget.value })}
      />
      <TextInput
        size="xs"
        label="This workstation's AE title"
        required
        maxLength={16}
        value={fields.callingAeTitle}
        onChange={({ currentTarget }) => change({ callingAeTitle: currentTarget.value })}
      />
    </>
  );
}

function archiveOf(fields: Fields): SaveArchive {
  const { name, login, user, secret, host: address, port, calledAeTitle, callingAeTitle } = fields;
  if (fields.protocol === "dimse") {
    return {
      archive: { protocol: "dimse", name, host: address, port: Number(port), calledAeTitle, callingAeTitle },
    };
  }
  return {
    archive: {
      protocol: "dicomweb",
      name,
      url: fields.url.trim(),
      login: login === "basic" ? { kind: login, user } : { kind: login },
    },
    ...(login !== "none" && { secret }),
  };
}
