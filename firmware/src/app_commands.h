/* app_commands: the host's commands. A record that is no command is ignored. */
#ifndef EDGEKIT_APP_COMMANDS_H
#define EDGEKIT_APP_COMMANDS_H

#include "app.h"

/* Handle one waiting command, so that the sensor is drained between two. */
void app_handle_command(app_t *app);

/* End the open bout, so that it is kept, and start the boot loader. */
_Noreturn void app_enter_boot_loader(app_t *app);

#endif
